using System.Text.Json;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Rules;

namespace Domain.Tests.Oracles;

public sealed class WorkedScores
{
    private static readonly DateTimeOffset Day0 = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Brier_scores_over_options_agree()
    {
        foreach (var (name, inputs, expected, tolerance) in Cases.Of("multicategory_brier"))
        {
            if (!inputs.TryGetProperty("forecast", out var forecast) || !expected.TryGetProperty("sum_0_2", out var sum)) continue;
            Cases.Agree(name, sum, CategoricalRules.BrierGjp(forecast.Doubles(), inputs.GetProperty("outcome_index").GetInt32()), tolerance);
        }
    }

    [Fact]
    public void Ordered_brier_scores_agree()
    {
        foreach (var (name, inputs, expected, tolerance) in Cases.Of("ordered_brier"))
        {
            if (!expected.TryGetProperty("gjp_0_2", out var gjp)) continue;
            Cases.Agree(name, gjp, CategoricalRules.BrierOrdered(inputs.GetProperty("forecast").Doubles(), inputs.GetProperty("outcome_index").GetInt32()), tolerance);
        }
    }

    [Fact]
    public void Spherical_scores_agree()
    {
        foreach (var (name, inputs, expected, tolerance) in Cases.Of("spherical_score"))
        {
            if (!expected.TryGetProperty("reward", out var reward) || !inputs.TryGetProperty("forecast", out var forecast)) continue;
            Cases.Agree(name, reward, CategoricalRules.Spherical(forecast.Doubles(), inputs.GetProperty("outcome_index").GetInt32()), tolerance);
        }
    }

    [Theory]
    [InlineData("metaculus_peer", "peer")]
    [InlineData("metaculus_baseline", "baseline")]
    [InlineData("metaculus_spot_peer", "spotPeer")]
    [InlineData("metaculus_spot_baseline", "spotBaseline")]
    public void Scores_of_step_functions_agree(string kind, string key)
    {
        var checkedCases = 0;
        foreach (var (name, inputs, expected, tolerance) in Cases.Of(kind))
        {
            if (inputs.GetProperty("question_type").GetString() is not ("binary" or "multiple_choice")) continue;
            if (!expected.TryGetProperty("scores", out var scores)) continue;
            // An option that a forecast leaves out: the product has every forecast state all options, so there is nothing to score.
            if (inputs.GetProperty("forecasts").EnumerateArray().Any(LeavesAnOptionOut)) continue;
            var rows = Score(inputs);
            var i = -1;
            foreach (var wanted in scores.EnumerateArray())
            {
                i++;
                // The source scores each step by itself; the steps of one forecaster add up to the forecaster's score.
                if (inputs.GetProperty("forecasts")[i].TryGetProperty("forecaster", out _)) continue;
                var row = rows[$"f{i}"];
                if (row.Scores[key] is { } got) Cases.Agree(name, wanted.GetProperty("score"), got, tolerance);
                else Assert.Equal(0, wanted.GetProperty("score").GetDouble());
                checkedCases++;
            }

            foreach (var forecaster in inputs.GetProperty("forecasts").EnumerateArray().Where(f => f.TryGetProperty("forecaster", out _)).GroupBy(f => f.GetProperty("forecaster").GetInt32()))
            {
                var total = inputs.GetProperty("forecasts").EnumerateArray().Zip(scores.EnumerateArray())
                    .Where(x => x.First.GetProperty("forecaster").GetInt32() == forecaster.Key).Sum(x => x.Second.GetProperty("score").GetDouble());
                Assert.True(Math.Abs(total - (rows[$"n{forecaster.Key}"].Scores[key] ?? 0)) < 1e-6, $"{name}, forecaster {forecaster.Key}: expected {total}, got {rows[$"n{forecaster.Key}"].Scores[key]}");
                checkedCases++;
            }
        }

        Assert.True(checkedCases > 0);
    }

    private static bool LeavesAnOptionOut(JsonElement forecast) =>
        forecast.TryGetProperty("p_per_option", out var p) && p.EnumerateArray().Any(x => x.ValueKind == JsonValueKind.Null);

    private static Dictionary<string, ScoreRow> Score(JsonElement inputs)
    {
        var binary = inputs.GetProperty("question_type").GetString() == "binary";
        var bucket = inputs.GetProperty("resolution_bucket").GetInt32();
        var start = inputs.TryGetProperty("forecast_horizon_start_day", out var s) ? s.GetDouble() : 0;
        var spot = inputs.TryGetProperty("spot_forecast_day", out var sp) ? sp.GetDouble() : (double?)null;
        var end = inputs.TryGetProperty("forecast_horizon_end_day", out var e) ? e.GetDouble() : 1000;
        var close = inputs.TryGetProperty("actual_close_day", out var c) ? c.GetDouble() : end;
        var timelines = new Dictionary<string, List<ForecastStep>>();
        var options = 2;
        var i = -1;
        foreach (var f in inputs.GetProperty("forecasts").EnumerateArray())
        {
            i++;
            var forecaster = f.TryGetProperty("forecaster", out var n) ? $"n{n.GetInt32()}" : $"f{i}";
            Prediction prediction;
            if (binary)
            {
                prediction = Prediction.Categorical.Binary(f.GetProperty("p_yes").GetDouble());
            }
            else
            {
                var property = f.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array);
                prediction = new Prediction.Categorical([.. property.Value.EnumerateArray().Select(x => x.ValueKind == JsonValueKind.Number ? x.GetDouble() : 0)]);
                options = ((Prediction.Categorical)prediction).Probabilities.Length;
            }

            DateTimeOffset? expires = f.GetProperty("end_day").ValueKind == JsonValueKind.Number ? Day0.AddDays(f.GetProperty("end_day").GetDouble()) : null;
            if (!timelines.TryGetValue(forecaster, out var steps)) timelines[forecaster] = steps = [];
            steps.Add(new ForecastStep(Day0.AddDays(f.GetProperty("start_day").GetDouble()), i, prediction, expires));
        }

        var question = new ScoredQuestion(
            "q",
            binary ? QuestionType.Binary : QuestionType.MultipleChoice,
            options,
            null,
            Day0.AddDays(start),
            Day0.AddDays(end),
            Day0.AddDays(close),
            spot is { } at ? Day0.AddDays(at) : null,
            new OutcomeValue.Option(binary ? 1 - bucket : bucket),
            null);
        return QuestionScoring.Score(new ScoringInput(
                question, [.. timelines.Select(t => new ForecastTimeline(t.Key, ForecasterKind.Person, t.Value))], [], []))
            .ToDictionary(r => r.Forecaster);
    }
}
