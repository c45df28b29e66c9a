using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Api.Tests.Importing;

/// <summary>
/// A tournament in the shape in which the field's platforms give theirs out: the spot at the close, a distribution of 201 points on each numeric question,
/// its levels from 0 or a little above to 1 or a little below, with flat stretches and steps.
/// </summary>
public sealed class TournamentTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const int Questions = 30;
    private const int Points = 201;

    private static readonly string[] Forecasters = ["ann", "bot:one", "bot:two", "zed"];

    [Fact]
    public async Task A_tournament_goes_in_as_it_is_without_one_refused_row()
    {
        var random = new Random(15);
        var (questions, forecasts, outcomes) = (
            new StringBuilder("question,title,type,opens_at,closes_at,resolves_by,options,range_min,range_max,range_open,spot_at,tags\n"),
            new StringBuilder("question,forecaster,made_at,probability,option,value\n"),
            new StringBuilder("question,outcome,known_at,source\n")
        );
        var rows = 0L;
        for (var q = 0; q < Questions; q++)
        {
            // Two of them have their spot elsewhere: in the middle of the lifetime, and after the close.
            var spot = q switch
            {
                0 => "2025-01-06T00:00:00Z",
                1 => "2025-01-14T00:00:00Z",
                _ => "2025-01-11T00:00:00Z",
            };
            var (type, options, range) = (q % 5) switch
            {
                0 => ("binary", "", ",,"),
                1 => ("multipleChoice", "low|middle|high", ",,"),
                2 => ("numeric", "", "0,400,"),
                3 => ("numeric", "", "-40,160,lower|upper"),
                _ => ("date", "", "2025-01-01,2025-07-20,upper"),
            };
            questions.Append(
                CultureInfo.InvariantCulture,
                $"cup-{q},Question {q},{type},2025-01-01T00:00:00Z,2025-01-11T00:00:00Z,2025-01-20T00:00:00Z,{options},{range},{spot},cup\n"
            );
            outcomes.Append(
                CultureInfo.InvariantCulture,
                $"cup-{q},{(q % 5) switch { 0 => "yes", 1 => "middle", 2 => "40", 3 => "12.5", _ => "2025-03-01" }},2025-01-1{2 + (q % 5)}T00:00:00Z,log\n"
            );
            foreach (var forecaster in Forecasters)
            {
                foreach (var at in new[] { "2025-01-02T03:04:05.678901Z", "2025-01-07T00:00:00Z" })
                    rows += Forecast(forecasts, random, $"cup-{q}", type, q, forecaster, at);
            }
        }

        Assert.Equal((Questions, Questions, 0, 0), (await api.ImportAsync("questions", questions.ToString())).Counts());
        var import = await api.ImportAsync("forecasts", forecasts.ToString());
        Assert.Empty(import.Errors());
        Assert.Equal((rows, rows, 0, 0), import.Counts());
        Assert.Equal((Questions, Questions, 0, 0), (await api.ImportAsync("outcomes", outcomes.ToString())).Counts());
        for (var q = 0; q < Questions; q++)
        {
            var scores = await api.EventuallyAsync($"/questions/cup-{q}/scores", s => s.TryGetProperty("generation", out var g) && g.GetInt32() > 0);
            foreach (var row in scores.GetProperty("items").EnumerateArray().Where(r => Forecasters.Contains(r.GetProperty("forecaster").GetString())))
            {
                foreach (var key in new[] { "spotPeer", "spotBaseline", "peer", "baseline", q % 5 < 2 ? "brier.final" : "crps.final" })
                {
                    Assert.True(row.GetProperty("scores").GetProperty(key).ValueKind == JsonValueKind.Number, $"cup-{q}: {row}");
                }
            }
        }

        Assert.Equal((rows, rows, 0, rows), (await api.ImportAsync("forecasts", forecasts.ToString())).Counts());
    }

    private static int Forecast(StringBuilder file, Random random, string question, string type, int q, string forecaster, string at)
    {
        string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
        switch (type)
        {
            case "binary":
                file.Append(CultureInfo.InvariantCulture, $"{question},{forecaster},{at},{Text(random.Next(0, 101) / 100.0)},,\n");
                return 1;
            case "multipleChoice":
                var (low, middle) = (random.Next(1, 40) / 100m, random.Next(1, 60) / 100m);
                file.Append(
                    CultureInfo.InvariantCulture,
                    $"{question},{forecaster},{at},{low},low,\n{question},{forecaster},{at},{middle},middle,\n"
                        + $"{question},{forecaster},{at},{1 - low - middle},high,\n"
                );
                return 3;
        }

        // Closed ends hold all of the mass; at an open one some lies beyond it.
        var (from, to) = (q % 5) switch
        {
            2 => (0.0, 1.0),
            3 => (0.001, 0.999),
            _ => (0.0, 0.98),
        };
        var weights = Enumerable.Range(1, Points - 1).Select(_ => random.Next(4) == 0 ? 0.0 : random.NextDouble()).ToArray();
        var (sum, level) = (weights.Sum(), 0.0);
        for (var i = 0; i < Points; i++)
        {
            if (i > 0)
                level = Math.Min(1, Math.Round(level + (weights[i - 1] / sum), 12));
            // A step now and then: the same place twice, at two levels.
            var place = i > 0 && i % 50 == 0 && weights[i - 1] > 0 ? i - 1 : i;
            var value =
                type == "date"
                    ? new DateOnly(2025, 1, 1).AddDays(place).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                    : Text(q % 5 == 2 ? place * 2 : -40 + place);
            file.Append(
                CultureInfo.InvariantCulture,
                $"{question},{forecaster},{at},{Text(i == Points - 1 ? to : Math.Round(from + (level * (to - from)), 12))},,{value}\n"
            );
        }

        return Points;
    }
}
