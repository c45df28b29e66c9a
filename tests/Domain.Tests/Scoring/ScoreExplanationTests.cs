using CsCheck;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.TrackRecords;

namespace Domain.Tests.Scoring;

/// <summary>Explanations that sum to their scores.</summary>
public sealed class ScoreExplanationTests
{
    private static readonly DateTimeOffset Opening = new(2022, 5, 1, 7, 30, 0, TimeSpan.Zero);

    private static readonly Gen<ScoringInput> Inputs =
        from forecasters in Gen.Int[1, 12]
        from known in Gen.Int[1, 100]
        from type in Gen.Int[0, 3]
        from steps in (
            from at in Gen.Int[-100, 5000]
            from parts in Gen.Int[0, 50].Array[3]
            from withdrawn in Gen.Int[0, 7]
            select (At: at, Parts: parts, Withdrawn: withdrawn == 0)
        )
            .Array[1, 6]
            .Array[forecasters]
        select new ScoringInput(
            Question(type, known),
            [
                .. steps.Select(
                    (each, f) =>
                        new ForecastTimeline(
                            $"f{f:D2}",
                            f % 5 == 4 ? ForecasterKind.Document : ForecasterKind.Person,
                            [.. each.Select((s, i) => new ForecastStep(Opening.AddDays(s.At / 100.0), i, s.Withdrawn ? null : Stated(type, s.Parts)))]
                        )
                ),
            ],
            [],
            [new EarlierScore("f00", Opening.AddDays(3), 40, 1), new EarlierScore("f01", Opening.AddDays(-3), 10, 0.5)]
        );

    [Fact]
    public void Every_explanation_sums_to_its_score() =>
        Inputs.Sample(
            input =>
            {
                foreach (var row in QuestionScoring.Score(RuleSet.Current, input))
                {
                    var explanations = QuestionScoring.Explain(RuleSet.Current, input, row.Forecaster)!;
                    Assert.Equal(row.Scores.Where(s => s.Value is not null).Select(s => s.Key), explanations.Keys);
                    foreach (var (key, explanation) in explanations)
                    {
                        var score = row.Scores[key]!.Value;
                        Assert.True(
                            Math.Abs(score - explanation.Sum) <= 1e-12 * Math.Max(1, Math.Abs(score)),
                            $"{row.Forecaster} {key}: {score} is explained as {explanation.Sum}"
                        );
                        Assert.All(explanation.Intervals, i => Assert.Equal(i.Weight * i.Value, i.Contribution));
                        Assert.All(explanation.Intervals, i => Assert.InRange(i.Weight, 0, 1));
                        Assert.All(explanation.Intervals.Zip(explanation.Intervals.Skip(1)), p => Assert.True(p.First.To <= p.Second.From));
                    }
                }
            },
            iter: 200
        );

    [Fact]
    public void A_peer_score_is_explained_crowd_by_crowd()
    {
        var question = Question(0, 50);
        ForecastTimeline By(string who, double day, double p) =>
            new(who, ForecasterKind.Person, [new ForecastStep(Opening.AddDays(day), 1, Prediction.Categorical.Binary(p))]);
        var input = new ScoringInput(question, [By("a", 0, 0.5), By("b", 10, 0.8), By("c", 20, 0.2)], [], []);

        var intervals = QuestionScoring.Explain(RuleSet.Current, input, "a")!["peer"].Intervals;

        Assert.Equal([1, 2, 3], intervals.Select(i => i.Peers!.Value));
        Assert.Equal([Opening, Opening.AddDays(10), Opening.AddDays(20)], intervals.Select(i => i.From));
        Assert.Equal(0, intervals[0].Value);
        Assert.Equal(100 * Math.Log(0.5 / 0.8), intervals[1].Value, 1e-12);
        Assert.Equal(50 * (Math.Log(0.5 / 0.8) + Math.Log(0.5 / 0.2)), intervals[2].Value, 1e-12);
    }

    [Fact]
    public void Who_has_no_row_has_no_explanation() =>
        Assert.Null(QuestionScoring.Explain(RuleSet.Current, new ScoringInput(Question(0, 50), [], [], []), "nobody"));

    private static ResolvedQuestion Question(int type, int known) =>
        new(
            "q",
            type switch
            {
                0 => QuestionType.Binary,
                1 => QuestionType.Ordered,
                2 => QuestionType.MultipleChoice,
                _ => QuestionType.Numeric,
            },
            type switch
            {
                0 => 2,
                3 => 0,
                _ => 3,
            },
            type == 3 ? new QuestionRange(-10, 200, OpenLower: true, OpenUpper: false) : null,
            Opening,
            Opening.AddDays(50),
            Opening.AddDays(known),
            null,
            type == 3 ? new OutcomeValue.Point(42) : new OutcomeValue.Option(type == 0 ? 0 : 1),
            null
        );

    private static Prediction Stated(int type, int[] parts)
    {
        double sum = parts.Sum();
        return type switch
        {
            0 => Prediction.Categorical.Binary(sum == 0 ? 0.5 : parts[0] / sum),
            3 => new Prediction.Quantiles([
                new Quantile(0.1, parts[0]),
                new Quantile(0.5, parts[0] + parts[1]),
                new Quantile(0.9, parts[0] + parts[1] + parts[2]),
            ]),
            _ => new Prediction.Categorical([.. parts.Select(p => sum == 0 ? 1.0 / 3 : p / sum)]),
        };
    }
}
