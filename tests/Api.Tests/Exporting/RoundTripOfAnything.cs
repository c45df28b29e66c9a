using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Api.Tests.Importing;
using CsCheck;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests.Exporting;

/// <summary>Random contents go out of one service and into an empty one, and come out of that unchanged.</summary>
public sealed class RoundTripOfAnything(EmptyApi api) : IClassFixture<EmptyApi>
{
    private static readonly string[] Kinds = ["questions", "forecasts", "outcomes"];

    [Fact]
    public async Task Whatever_is_exported_goes_into_an_empty_service_and_comes_out_of_it_the_same()
    {
        // Each round adds to what the rounds before it left, so one pair of services serves them all.
        await using var fromCsv = await StartedAsync();
        await using var fromNdjson = await StartedAsync();
        var rounds = 0;
        await Gen.Int[0, 1_000_000]
            .SampleAsync(
                async seed =>
                {
                    var history = GeneratedHistory.Of(seed);
                    await TakeAsync(api, "questions", history.Questions, "ndjson");
                    await TakeAsync(api, "forecasts", history.Forecasts, "ndjson");
                    await TakeAsync(api, "outcomes", history.Outcomes, "ndjson");
                    rounds++;
                    await SameAsync(api, fromCsv, "csv");
                    await SameAsync(api, fromNdjson, "ndjson");
                    // And from one form over the other.
                    foreach (var kind in Kinds)
                        await EventuallySameAsync(() => OfHistoryAsync(fromCsv, kind, "ndjson"), () => OfHistoryAsync(fromNdjson, kind, "ndjson"), kind);
                },
                iter: 2,
                threads: 1
            );
        Assert.True(rounds >= 2);
    }

    [Fact]
    public async Task Two_forecasts_of_one_instant_come_out_as_two_and_go_in_as_two()
    {
        await using var first = await StartedAsync();
        await using var second = await StartedAsync();
        await TakeAsync(
            first,
            "questions",
            Line(
                new
                {
                    question = "xf",
                    title = "How many?",
                    type = "numeric",
                    opens_at = "2025-01-01T00:00:00Z",
                    closes_at = "2025-02-01T00:00:00Z",
                    range_min = 0,
                    range_max = 50,
                }
            ),
            "ndjson"
        );
        const string at = "2025-01-10T10:00:00.000001Z";
        object Row(string id, double level, double value) =>
            new
            {
                question = "xf",
                forecaster = "eve",
                made_at = at,
                probability = level,
                value,
                event_id = id,
            };
        await TakeAsync(
            first,
            "forecasts",
            Line(Row("one", 0.25, 10)) + Line(Row("two", 0.4, 14)) + Line(Row("one", 0.75, 30)) + Line(Row("two", 0.6, 19)),
            "ndjson"
        );
        var rows = await first.RowsAsync("forecasts");
        Assert.Equal(2, rows.Select(r => r["event_id"]).Distinct().Count());
        Assert.Equal(["0.25 0.75", "0.4 0.6"], rows.GroupBy(r => r["event_id"]).Select(g => string.Join(' ', g.Select(r => r["probability"]))));
        await SameAsync(first, second, "csv");
        Assert.Equal(2, (await second.GetAsync("/questions/xf/forecasts/eve")).GetProperty("steps").GetArrayLength());
    }

    [Fact]
    public async Task What_followed_from_a_condition_follows_again_and_is_in_no_file()
    {
        await using var first = await StartedAsync();
        await using var second = await StartedAsync();
        var ana = await first.AsAsync("ana", "analyst", "resolver");
        await first.OpenQuestionAsync("if");
        await first.OpenQuestionAsync("then", new { condition = new { question = "if", outcome = "yes" } });
        await ResolveAsync(first, ana, "then", "yes", "");
        await ResolveAsync(first, ana, "if", "no", "");
        await first.EventuallyAsync("/questions/then", q => q.GetProperty("status").GetString() == "annulled");
        Assert.Equal("if", (await first.GetAsync("/questions/then")).GetProperty("failedCondition").GetString());
        Assert.Equal(["then=yes", "if=no"], (await first.RowsAsync("outcomes")).Select(r => $"{r["question"]}={r["outcome"]}"));
        await ResolveAsync(first, ana, "if", "yes", "/correct");
        await first.EventuallyAsync("/questions/then", q => q.GetProperty("status").GetString() == "resolved");
        Assert.Equal(["then=yes", "if=no", "if=yes"], (await first.RowsAsync("outcomes")).Select(r => $"{r["question"]}={r["outcome"]}"));
    }

    private static async Task<EmptyApi> StartedAsync()
    {
        var service = new EmptyApi();
        await service.InitializeAsync();
        return service;
    }

    private static string Line(object row) => JsonSerializer.Serialize(row) + "\n";

    private static async Task SameAsync(RunningApi from, RunningApi to, string format)
    {
        foreach (var kind in Kinds)
            await TakeAsync(to, kind, await from.ExportAsync(kind, $"format={format}"), format);
        foreach (var kind in Kinds)
            await EventuallySameAsync(() => OfHistoryAsync(from, kind, format), () => OfHistoryAsync(to, kind, format), kind);
    }

    private static async Task<string> OfHistoryAsync(RunningApi api, string kind, string format) =>
        ExportedFiles.OfHistory(await api.ExportAsync(kind, $"format={format}"), format);

    /// <summary>What follows from an outcome by itself follows there too, a moment later.</summary>
    private static async Task EventuallySameAsync(Func<Task<string>> expected, Func<Task<string>> got, string kind)
    {
        var (a, b) = ("", "");
        await Patience.UntilAsync(
            async () =>
            {
                (a, b) = (await expected(), await got());
                return a == b;
            },
            () =>
            {
                var difference = a.Split('\n').Zip(b.Split('\n')).FirstOrDefault(p => p.First != p.Second);
                return $"{kind}: {difference.First}\nand {difference.Second}";
            }
        );
    }

    private static async Task TakeAsync(RunningApi to, string kind, string file, string format)
    {
        if (file.Length == 0)
            return;
        var import = await to.ImportAsync(kind, Encoding.UTF8.GetBytes(file), format == "csv" ? "text/csv" : "application/x-ndjson");
        Assert.True(import.GetProperty("status").GetString() == "succeeded" && import.Counts().Refused == 0, import.ToString());
    }

    private static async Task ResolveAsync(RunningApi api, HttpClient confirmer, string slug, string outcome, string call)
    {
        using var proposed = await api.Owner.PostAsJsonAsync(
            $"/questions/{slug}/resolution{call}",
            new
            {
                outcome,
                knownAt = DateTimeOffset.UtcNow,
                reason = "Seen.",
                evidence = new[] { "a|gauge" },
            }
        );
        await Json(proposed, HttpStatusCode.OK);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/questions/{slug}/resolution/confirm");
        request.Headers.TryAddWithoutValidation("If-Match", proposed.Headers.ETag!.ToString());
        using var confirmed = await confirmer.SendAsync(request);
        await Json(confirmed, HttpStatusCode.OK);
    }
}
