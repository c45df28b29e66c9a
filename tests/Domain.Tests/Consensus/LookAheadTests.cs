using CsCheck;
using Domain.Consensus;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Tests.Scoring;
using Domain.TrackRecords;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Tests.Consensus;

/// <summary>What is said for an instant depends on nothing that came after it.</summary>
public sealed class LookAheadTests
{
    [Fact]
    public void Later_forecasts_and_later_records_change_no_consensus_before_them() =>
        (
            from input in RandomQuestions.OfOptions()
            from hour in Gen.Int[0, 1500]
            select (input, At: RandomQuestions.Epoch.AddHours(hour).AddMinutes(30))
        ).Sample(
            x =>
            {
                var (whole, then) = (x.input, Upto(x.input, x.At));
                foreach (var method in ConsensusMethods.All)
                    Assert.Equal(Steps(method, then, x.At), Steps(method, whole, x.At));
            },
            iter: 200
        );

    [Fact]
    public void Later_forecasts_change_no_consensus_of_distributions_before_them() =>
        (
            from input in RandomQuestions.OfDistributions()
            from hour in Gen.Int[0, 1500]
            select (input, At: RandomQuestions.Epoch.AddHours(hour).AddMinutes(30))
        ).Sample(
            x =>
            {
                var range = x.input.Question.Range!;
                foreach (var method in ConsensusMethods.OfDistributions)
                {
                    var (whole, then) = (Steps(method, x.input, x.At), Steps(method, Upto(x.input, x.At), x.At));
                    Assert.Equal(then.Select(s => s.MadeAt), whole.Select(s => s.MadeAt));
                    foreach (var (a, b) in then.Zip(whole))
                        SameCurve(a.Prediction, b.Prediction, range);
                }
            },
            iter: 60
        );

    [Fact]
    public void However_many_come_later_the_consensus_of_distributions_before_them_stays()
    {
        var (opens, range, random) = (RandomQuestions.Epoch, new QuestionRange(0, 100, false, false), new Random(5));
        Prediction Some() =>
            new Prediction.Quantiles([
                .. Enumerable.Range(1, 9).Select(_ => random.NextDouble() * 100).Order().Select((v, i) => new Quantile((i + 1) / 10.0, v)),
            ]);
        var crowd = Enumerable
            .Range(0, 100)
            .Select(i => new ForecastTimeline($"n{i:D3}", ForecasterKind.Person, [new ForecastStep(opens.AddHours(i), 0, Some())]))
            .ToList();
        ForecastStep First(IReadOnlyList<ForecastTimeline> of) =>
            ConsensusTimelines.Of(ConsensusMethods.Default, opens, opens.AddDays(10), of, [], opens.AddDays(10), range)[0];

        SameCurve(First(crowd[..5]).Prediction, First(crowd).Prediction, range);
    }

    /// <summary>The consensus that an answer shows, as quantiles, is the one that is scored: stated by somebody it would have the same score.</summary>
    [Fact]
    public void A_consensus_of_distributions_stated_as_a_forecast_scores_the_same() =>
        RandomQuestions
            .OfDistributions()
            .Sample(
                input =>
                {
                    var q = input.Question;
                    var rows = QuestionScoring.Score(RuleSet.Current, input).ToDictionary(r => r.Forecaster);
                    foreach (var method in ConsensusMethods.OfDistributions)
                    {
                        if (!rows.TryGetValue(method.Forecaster, out var row))
                            continue;
                        var steps = Steps(method, input, q.KnownAt < q.ClosesAt ? q.KnownAt : q.ClosesAt);
                        var restated = QuestionScoring
                            .Score(
                                RuleSet.Current,
                                input with
                                {
                                    Forecasts = [.. input.Forecasts, new ForecastTimeline("document", ForecasterKind.Document, steps)],
                                }
                            )
                            .Single(r => r.Forecaster == "document");
                        foreach (var key in new[] { "crps.final", "crps.timeAveraged", "baseline", "peer", "spotPeer" })
                        {
                            Assert.Equal(row.Scores[key].HasValue, restated.Scores[key].HasValue);
                            if (row.Scores[key] is { } score)
                                Assert.Equal(score, restated.Scores[key]!.Value, 1e-6 * Math.Max(1, Math.Abs(score)));
                        }
                    }
                },
                iter: 60
            );

    [Fact]
    public void The_base_rate_counts_what_was_known_before_and_nothing_later() =>
        (from input in RandomQuestions.OfOptions() from hour in Gen.Int[0, 1500] select (input, At: RandomQuestions.Epoch.AddHours(hour))).Sample(
            x =>
            {
                IEnumerable<ForecastStep> BaseRate(ScoringInput of) =>
                    References.The<BaseRate>().Steps(of.Question, of.EarlierOutcomes, of.Question.ClosesAt)!.Where(s => s.MadeAt <= x.At);
                Assert.Equal(BaseRate(x.input with { EarlierOutcomes = [.. x.input.EarlierOutcomes.Where(e => e.KnownAt < x.At)] }), BaseRate(x.input));
            },
            iter: 200
        );

    [Fact]
    public void The_base_rate_is_laplaces_rule_over_questions_with_as_many_options()
    {
        var opens = RandomQuestions.Epoch;
        var question = new ResolvedQuestion(
            "q",
            QuestionType.MultipleChoice,
            3,
            null,
            opens,
            opens.AddDays(10),
            opens.AddDays(10),
            null,
            new Domain.Resolutions.OutcomeValue.Option(0),
            null
        );
        EarlierOutcome[] earlier = [new(opens.AddDays(-1), 2, 3), new(opens.AddDays(-1), 1, 2), new(opens, 2, 3), new(opens.AddDays(4), 0, 3)];

        var steps = References.The<BaseRate>().Steps(question, earlier, opens.AddDays(10))!;

        // One known before the opening; that of the opening itself counts from the instant after; the one of two options never does.
        Assert.Equal([1 / 4.0, 1 / 4.0, 2 / 4.0], At(opens));
        Assert.Equal([1 / 5.0, 1 / 5.0, 3 / 5.0], At(opens.AddTicks(1)));
        Assert.Equal([1 / 5.0, 1 / 5.0, 3 / 5.0], At(opens.AddDays(4)));
        Assert.Equal([2 / 6.0, 1 / 6.0, 3 / 6.0], At(opens.AddDays(5)));

        double[] At(DateTimeOffset instant) =>
            [.. ((Prediction.Categorical)steps.Where(s => s.MadeAt <= instant).MaxBy(s => (s.MadeAt, s.Sequence)).Prediction!).Probabilities];
    }

    private static ScoringInput Upto(ScoringInput input, DateTimeOffset instant) =>
        input with
        {
            Forecasts = [.. input.Forecasts.Select(f => f with { Steps = [.. f.Steps.Where(s => s.MadeAt < instant)] })],
            EarlierScores = [.. input.EarlierScores.Where(e => e.KnownAt < instant)],
        };

    private static List<ForecastStep> Steps(ConsensusMethod method, ScoringInput input, DateTimeOffset until) =>
        [
            .. ConsensusTimelines
                .Of(method, input.Question.OpensAt, input.Question.ClosesAt, input.Forecasts, input.EarlierScores, until, input.Question.Range)
                .Where(s => s.MadeAt < until),
        ];

    private static void SameCurve(Prediction? a, Prediction? b, QuestionRange range)
    {
        Assert.Equal(a is null, b is null);
        if (a is null)
            return;
        var (f, g) = (new StatedDistribution((Prediction.Quantiles)a, range), new StatedDistribution((Prediction.Quantiles)b!, range));
        for (var i = 0; i <= 1000; i++)
        {
            var x = range.Min + (i / 1000.0 * (range.Max - range.Min));
            Assert.Equal(f.At(x), g.At(x), 1e-9);
        }
    }
}
