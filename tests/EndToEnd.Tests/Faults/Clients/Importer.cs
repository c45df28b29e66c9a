using System.Globalization;
using System.Text;
using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Brings history in: a file of questions, one of forecasts on them and one of their outcomes, and follows each to its end.</summary>
internal sealed class Importer(Asking asking, Random random, Person person) : Client(asking, random)
{
    private static readonly DateTime Opening = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);

    private int _groups;

    protected override TimeSpan Thought => TimeSpan.FromSeconds(4);

    protected override async Task StepAsync()
    {
        var group = ++_groups;
        var questions = Enumerable
            .Range(1, Random.Next(3, 8))
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"imported-{Asking.Client}-{group}-{i}"))
            .ToList();
        await ImportAsync(
            ImportedKind.Questions,
            "question,title,type,opens_at,closes_at",
            questions.Select(q => (q, (string?)null, NextMarker(), "binary,2020-01-01,2021-01-01", true))
        );
        var forecasts = new List<(string, string?, string, string, bool)>();
        for (var day = 0; day < Random.Next(5, 15); day++)
        {
            foreach (var question in questions)
            {
                // A row in twenty states what is no probability.
                var isGood = Random.Next(20) > 0;
                var at = Opening.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                var probability = (isGood ? Random.Next(1, 100) / 100.0 : 1.5).ToString(CultureInfo.InvariantCulture);
                var forecaster = string.Create(CultureInfo.InvariantCulture, $"model-{Asking.Client}-{(day % 2) + 1}");
                forecasts.Add((question, forecaster, NextMarker(), $"{at},{probability}", isGood));
            }
        }

        await ImportAsync(ImportedKind.Forecasts, "question,forecaster,rationale,made_at,probability", forecasts);
        await ImportAsync(
            ImportedKind.Outcomes,
            "question,source,outcome,known_at",
            questions.Select(q => (q, (string?)null, NextMarker(), "yes,2021-01-01", true))
        );
    }

    private async Task ImportAsync(
        ImportedKind kind,
        string header,
        IEnumerable<(string Question, string? Forecaster, string Marker, string Cells, bool IsGood)> lines
    )
    {
        var (file, rows) = (new StringBuilder(header + "\n"), new List<ImportedRow>());
        foreach (var line in lines)
        {
            rows.Add(new ImportedRow(rows.Count + 2, line.Question, line.Forecaster, line.Marker, line.IsGood));
            file.AppendJoin(',', new[] { line.Question, line.Forecaster, line.Marker, line.Cells }.OfType<string>()).Append('\n');
        }

        var path = $"/imports/{kind.ToString().ToLowerInvariant()}";
        var ask = new Ask(person, OperationKind.Import, HttpMethod.Post, path, file.ToString(), NextKey(), ContentType: "text/csv");
        var answer = await Asking.UntilAnsweredAsync(ask, GivenUp);
        var imported = new ImportedFile(Asking.FirstAttempt, kind, rows, Import: null, End: null);
        Asking.Recorder.Keep(imported);
        while (answer.IsAcknowledged && answer.AnswerBody?.EndsWith('}') != true)
            answer = await Asking.UntilAnsweredAsync(ask, GivenUp);
        if (!answer.IsAcknowledged)
            return;
        using var begun = JsonDocument.Parse(answer.AnswerBody!);
        imported = imported with { Import = begun.RootElement.GetProperty("id").GetString() };
        Asking.Recorder.Keep(imported);
        Asking.Recorder.Keep(imported with { End = await EndAsync($"/imports/{imported.Import}") });
    }

    private async Task<string> EndAsync(string import)
    {
        while (true)
        {
            var shown = await ReadSurelyAsync(person, import);
            if (shown.IsAcknowledged && shown.AnswerBody?.EndsWith('}') == true)
            {
                using var body = JsonDocument.Parse(shown.AnswerBody);
                if (body.RootElement.GetProperty("status").GetString() != "running" && body.RootElement.GetProperty("toScore").GetInt64() == 0)
                    return shown.AnswerBody;
            }

            await Task.Delay(BetweenLooks, GivenUp);
        }
    }
}
