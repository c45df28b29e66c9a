using System.Text.Json;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Oracles;

/// <summary>Scores of forecasters over time against worked numbers, a test a case.</summary>
public sealed class WorkedTimelines
{
    public static TheoryData<string> TimeAveraged => Cases.Named("time_averaged_brier");

    public static TheoryData<string> Relative => Cases.Named("relative_brier_daily");

    public static TheoryData<string> AgainstTheCrowd => Cases.Named("metaculus_baseline", "metaculus_peer", "metaculus_spot_baseline", "metaculus_spot_peer");

    public static TheoryData<string> AtTheSpot => Cases.Named("metaculus_aib_spot");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(TimeAveraged))]
    public void Time_averaged_brier_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var days = inputs.GetProperty("forecast_days").Doubles();
        var close = inputs.GetProperty("close_day").Number();
        var binary = inputs.TryGetProperty("p_yes", out var yes);
        var predictions = binary
            ? yes.Doubles().Select(Prediction (p) => Prediction.Categorical.Binary(p)).ToList()
            : [.. inputs.GetProperty("p_per_option").EnumerateArray().Select(p => new Prediction.Categorical([.. p.Doubles()]))];
        var options = ((Prediction.Categorical)predictions[0]).Probabilities.Length;
        var steps = days.Select((d, i) => new ForecastStep(StatedCase.At(d), i, predictions[i])).ToList();
        double? Score(int outcome) =>
            QuestionScoring
                .Score(
                    RuleSet.Current,
                    new ScoringInput(
                        new ResolvedQuestion(
                            "q",
                            binary ? QuestionType.Binary : QuestionType.Ordered,
                            options,
                            null,
                            StatedCase.Day0,
                            StatedCase.At(close),
                            StatedCase.At(close),
                            null,
                            new OutcomeValue.Option(outcome),
                            null
                        ),
                        [new ForecastTimeline("a", ForecasterKind.Person, steps)],
                        [],
                        []
                    )
                )
                .Single(r => r.Forecaster == "a")
                .Scores[binary ? "brierGjp.timeAveraged" : "brierOrdered.timeAveraged"];

        if (binary)
        {
            Cases.Agree(name, expected.GetProperty("if_yes_0_2"), Score(0), tolerance);
            Cases.Agree(name, expected.GetProperty("if_no_0_2"), Score(1), tolerance);
        }
        else
        {
            var wanted = expected.GetProperty("by_outcome_index_0_2");
            for (var o = 0; o < options; o++)
                Cases.Agree($"{name}, outcome {o}", wanted[o], Score(o), tolerance);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Relative))]
    public void Relative_brier_scores_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var days = inputs.GetProperty("days").Number();
        var timelines = inputs
            .GetProperty("forecasts")
            .EnumerateArray()
            .Select(
                (f, i) =>
                    (
                        Who: f.GetProperty("forecaster").GetInt32(),
                        Step: new ForecastStep(StatedCase.At(f.GetProperty("day").Number()), i, Prediction.Categorical.Binary(f.GetProperty("p").Number()))
                    )
            )
            .GroupBy(f => f.Who)
            .Select(g => new ForecastTimeline($"n{g.Key}", ForecasterKind.Person, [.. g.Select(f => f.Step)]))
            .ToList();
        var question = new ResolvedQuestion(
            "q",
            QuestionType.Binary,
            2,
            null,
            StatedCase.Day0,
            StatedCase.At(days),
            StatedCase.At(days),
            null,
            new OutcomeValue.Option(1 - inputs.GetProperty("outcome").GetInt32()),
            null
        );
        var rows = QuestionScoring.Score(RuleSet.Current, new ScoringInput(question, timelines, [], [])).ToDictionary(r => r.Forecaster);

        foreach (var wanted in expected.GetProperty("relative").EnumerateObject())
            Cases.Agree(name, wanted.Value, rows[$"n{wanted.Name}"].Scores["relativeBrier"], tolerance);
        if (expected.TryGetProperty("mean_brier_over_active_days", out var means))
        {
            foreach (var wanted in means.EnumerateObject())
                Cases.Agree(name, wanted.Value, rows[$"n{wanted.Name}"].Scores["brierGjp.dailyAveraged"], tolerance);
        }

        if (expected.TryGetProperty("active_days", out var active))
        {
            foreach (var wanted in active.EnumerateObject())
                Assert.Equal(wanted.Value.GetDouble(), rows[$"n{wanted.Name}"].Coverage * days, 9);
        }
    }

    /// <summary>The source scores each forecast by itself; those of one forecaster add up, and their parts are the explanation's intervals.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(AgainstTheCrowd))]
    public void Scores_against_the_uniform_forecast_and_against_peers_agree(string name)
    {
        var key = name.Split('/')[0] switch
        {
            "metaculus_baseline" => "baseline",
            "metaculus_peer" => "peer",
            "metaculus_spot_baseline" => "spotBaseline",
            _ => "spotPeer",
        };
        var (inputs, expected, tolerance) = Cases.Read(name);
        var stated = new StatedCase(inputs);
        var bucket = inputs.GetProperty("resolution_bucket").GetInt32();
        Assert.SkipWhen(stated.Differs(bucket) is not null, stated.Differs(bucket) ?? "");
        var input = new ScoringInput(stated.Question(bucket), stated.Timelines, [], []);
        var rows = QuestionScoring.Score(RuleSet.Current, input).ToDictionary(r => r.Forecaster);
        var explained = stated.Timelines.ToDictionary(
            t => t.Forecaster,
            t => QuestionScoring.Explain(RuleSet.Current, input, t.Forecaster)!.GetValueOrDefault(key)
        );

        if (expected.TryGetProperty("total_score", out var total))
            Cases.Agree(name, total, rows.Values.Where(r => r.Kind == ForecasterKind.Person).Sum(r => r.Scores[key] ?? 0), tolerance);
        if (expected.TryGetProperty("scores", out var scores))
        {
            Assert.Equal(stated.Steps.Count, scores.GetArrayLength());
            for (var i = 0; i < stated.Steps.Count; i++)
            {
                var (forecaster, step) = stated.Steps[i];
                var from = step.MadeAt < input.Question.OpensAt ? input.Question.OpensAt : step.MadeAt;
                var parts = (explained[forecaster]?.Intervals ?? []).Where(p => p.From >= from && (step.ExpiresAt is not { } end || p.From < end)).ToList();
                Cases.Agree($"{name}, forecast {i}", scores[i].GetProperty("score"), parts.Sum(p => p.Contribution), tolerance);
                if (scores[i].TryGetProperty("coverage", out var coverage))
                    Cases.Agree($"{name}, coverage of forecast {i}", coverage, parts.Sum(p => p.Weight), tolerance);
            }
        }

        if (!expected.TryGetProperty("by_forecaster", out var sums))
            return;
        foreach (var wanted in sums.EnumerateObject())
        {
            var row = rows[$"n{wanted.Name}"];
            Cases.Agree($"{name}, forecaster {wanted.Name}", wanted.Value.GetProperty("score"), row.Scores[key] ?? 0, tolerance);
            Cases.Agree($"{name}, coverage of {wanted.Name}", wanted.Value.GetProperty("coverage"), row.Coverage, tolerance);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(AtTheSpot))]
    public void Scores_at_the_spot_time_agree(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        var question = new ResolvedQuestion(
            "q",
            QuestionType.Binary,
            2,
            null,
            StatedCase.Day0,
            StatedCase.At(2),
            StatedCase.At(2),
            null,
            new OutcomeValue.Option(0),
            null
        );
        Prediction prediction;
        if (inputs.TryGetProperty("p_yes", out var yes))
        {
            prediction = Prediction.Categorical.Binary(yes.Number());
            question = question with { Outcome = new OutcomeValue.Option(1 - inputs.GetProperty("resolution").GetInt32()) };
        }
        else if (inputs.TryGetProperty("forecast", out var options))
        {
            prediction = new Prediction.Categorical([.. options.Doubles()]);
            question = question with
            {
                Type = QuestionType.MultipleChoice,
                OptionCount = options.GetArrayLength(),
                Outcome = new OutcomeValue.Option(inputs.GetProperty("resolution_index").GetInt32()),
            };
        }
        else
        {
            Assert.SkipUnless(
                inputs.TryGetProperty("bucket_probability", out var p) && inputs.GetProperty("cdf_points").GetInt32() == 201,
                "The source has another number of bins."
            );
            var open = inputs.TryGetProperty("open_bounds_count", out var count) ? count.GetInt32() : 0;
            question = question with
            {
                Type = QuestionType.Numeric,
                OptionCount = 0,
                Range = new QuestionRange(0, 200, open > 0, open > 1),
                Outcome = new OutcomeValue.Point(99.5),
            };
            prediction = new Prediction.Quantiles([new Quantile(0.4, 99), new Quantile(0.4 + p.Number(), 100)]);
        }

        var row = QuestionScoring
            .Score(
                RuleSet.Current,
                new ScoringInput(question, [new ForecastTimeline("a", ForecasterKind.Person, [new ForecastStep(StatedCase.Day0, 0, prediction)])], [], [])
            )
            .Single(r => r.Forecaster == "a");

        Cases.Agree(name, expected.GetProperty("baseline"), row.Scores["spotBaseline"], tolerance);
    }
}
