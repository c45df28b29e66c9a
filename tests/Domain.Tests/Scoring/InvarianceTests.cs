using System.Text.Json;
using CsCheck;
using Domain.Consensus;
using Domain.Consensus.Methods;
using Domain.Crowds;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Tests.Scoring;

/// <summary>What may change about a question's record without changing its scores.</summary>
public sealed class InvarianceTests
{
    private static readonly Gen<ScoringInput> Any = Gen.OneOf(RandomQuestions.OfOptions(), RandomQuestions.OfDistributions(4, 3));

    [Fact]
    public void Options_under_other_names_get_the_same_scores() =>
        (from input in RandomQuestions.OfOptions() from seed in Gen.Int[0, 1000] where input.Question.Type != QuestionType.Ordered select (input, seed)).Sample(
            x =>
            {
                var places = Enumerable.Range(0, x.input.Question.OptionCount).ToArray();
                new Random(x.seed).Shuffle(places);
                Same(QuestionScoring.Score(RuleSet.Current, x.input), QuestionScoring.Score(RuleSet.Current, Relabelled(x.input, places)), _ => true);
            },
            iter: 200
        );

    [Fact]
    public void Ordered_options_may_be_counted_from_the_other_end_and_in_no_other_order()
    {
        var forecast = new ForecastTimeline(
            "a",
            ForecasterKind.Person,
            [new ForecastStep(RandomQuestions.Epoch, 0, new Prediction.Categorical([0.7, 0.2, 0.1]))]
        );
        var input = new ScoringInput(
            new ResolvedQuestion(
                "q",
                QuestionType.Ordered,
                3,
                null,
                RandomQuestions.Epoch,
                RandomQuestions.Epoch.AddDays(3),
                RandomQuestions.Epoch.AddDays(3),
                null,
                new OutcomeValue.Option(1),
                null
            ),
            [forecast],
            [],
            []
        );
        double Score(ScoringInput of) => QuestionScoring.Score(RuleSet.Current, of).Single(r => r.Forecaster == "a").Scores["brierOrdered.final"]!.Value;

        // Splits at 0.7 | 0.3 and 0.9 | 0.1 of an outcome in the middle: 0.49 + 0.01; with the first two exchanged 0.2 | 0.8 and 0.9 | 0.1: 0.64 + 0.01.
        Assert.Equal(0.5, Score(input), 1e-12);
        Assert.Equal(0.5, Score(Relabelled(input, [2, 1, 0])), 1e-12);
        Assert.Equal(0.65, Score(Relabelled(input, [1, 0, 2])), 1e-12);
    }

    [Fact]
    public void A_revision_to_the_same_value_moves_no_score_but_those_that_ask_for_age() =>
        (
            from input in Any
            from hour in Gen.Int[-70, 1600]
            from who in Gen.Int[0, 5]
            where who < input.Forecasts.Count
            select (input, At: RandomQuestions.Epoch.AddHours(hour).AddMinutes(17), who)
        ).Sample(
            x =>
            {
                var (input, timeline) = (x.input, x.input.Forecasts[x.who]);
                var standing = timeline.Steps.Where(s => s.MadeAt <= x.At).OrderBy(s => s.MadeAt).ThenBy(s => s.Sequence).LastOrDefault();
                if (standing.Prediction is null || standing.ExpiresAt <= x.At)
                    return;
                var again = timeline with { Steps = [.. timeline.Steps, standing with { MadeAt = x.At, Sequence = 1000 }] };

                Same(
                    QuestionScoring.Score(RuleSet.Current, input),
                    QuestionScoring.Score(RuleSet.Current, input with { Forecasts = [.. input.Forecasts.Select(f => f == timeline ? again : f)] }),
                    forecaster => ConsensusMethods.OfForecaster(forecaster) is not (RecencyWeighted or SkillWeighted)
                );
            },
            iter: 300
        );

    [Fact]
    public void How_other_questions_came_out_moves_no_bit_but_of_the_rows_that_rest_on_them() =>
        Any.Sample(input => Assert.Equal(Resting(input), Resting(input with { EarlierOutcomes = [], EarlierScores = [] })), iter: 1000);

    private static string Resting(ScoringInput input) =>
        JsonSerializer.Serialize(
            QuestionScoring
                .Score(RuleSet.Current, input)
                .Where(r =>
                    ConsensusMethods.OfForecaster(r.Forecaster) is not { ReadsTrackRecords: true }
                    && References.OfForecaster(r.Forecaster) is not { ReadsEarlierOutcomes: true }
                )
        );

    [Fact]
    public void In_any_order_and_on_any_thread_the_rows_are_the_same_bytes()
    {
        var inputs = new List<(ScoringInput Input, byte[] Rows)>();
        Any.Sample(
            input =>
            {
                lock (inputs)
                    inputs.Add((input, []));
            },
            iter: 60,
            threads: 1
        );
        inputs = [.. inputs.Select(x => (x.Input, Bytes(x.Input)))];

        Parallel.For(
            0,
            inputs.Count * 8,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i =>
            {
                var (input, rows) = inputs[i % inputs.Count];
                Assert.Equal(rows, Bytes(Shuffled(input, new Random(i))));
            }
        );
    }

    [Fact]
    public void Peer_scores_sum_to_zero_over_all_who_stand_throughout_however_they_revise() =>
        (
            from k in Gen.Int[2, 4]
            from timelines in (
                from steps in (from hour in Gen.Int[1, 99] from p in Gen.Double[0.002, 1].Array[k] select (hour, p)).Array[0, 5]
                from first in Gen.Double[0.002, 1].Array[k]
                select steps.Append((hour: 0, p: first))
            ).Array[2, 8]
            from outcome in Gen.Int[0, k - 1]
            from known in Gen.Int[1, 120]
            select (k, timelines, outcome, known)
        ).Sample(
            x =>
            {
                var opens = RandomQuestions.Epoch;
                var rows = QuestionScoring
                    .Score(
                        RuleSet.Current,
                        new ScoringInput(
                            new ResolvedQuestion(
                                "q",
                                QuestionType.MultipleChoice,
                                x.k,
                                null,
                                opens,
                                opens.AddHours(100),
                                opens.AddHours(x.known),
                                null,
                                new OutcomeValue.Option(x.outcome),
                                null
                            ),
                            [
                                .. x.timelines.Select(
                                    (t, i) =>
                                        new ForecastTimeline(
                                            $"n{i}",
                                            i % 3 == 2 ? ForecasterKind.Bot : ForecasterKind.Person,
                                            [
                                                .. t.Select(
                                                    (s, j) =>
                                                        new ForecastStep(
                                                            opens.AddHours(s.hour),
                                                            j,
                                                            new Prediction.Categorical([.. s.p.Select(w => w / s.p.Sum())])
                                                        )
                                                ),
                                            ]
                                        )
                                ),
                            ],
                            [],
                            []
                        )
                    )
                    .Where(r => Crowd.Counts(r.Kind))
                    .ToList();

                Assert.Equal(0, rows.Sum(r => r.Scores["peer"]!.Value), 1e-9);
                Assert.Equal(0, rows.Sum(r => r.Scores["spotPeer"]!.Value), 1e-9);
            },
            iter: 300
        );

    [Fact]
    public void Coverage_is_a_share_and_losses_lie_in_their_ranges() =>
        Any.Sample(
            input =>
            {
                foreach (var row in QuestionScoring.Score(RuleSet.Current, input))
                {
                    Assert.InRange(row.Coverage, 0, 1);
                    foreach (var (key, score) in row.Scores)
                    {
                        if (score is not { } value)
                            continue;
                        Assert.True(double.IsFinite(value), $"{key} is {value}");
                        if (key.StartsWith("brier.", StringComparison.Ordinal) || key.StartsWith("spherical.", StringComparison.Ordinal))
                            Assert.InRange(value, -1e-12, 1 + 1e-12);
                        else if (key.StartsWith("brier", StringComparison.Ordinal))
                            Assert.InRange(value, -1e-12, 2 + 1e-12);
                        else if (key.Contains('.', StringComparison.Ordinal))
                            Assert.InRange(value, -1e-12, double.MaxValue);
                        else if (key == "relativeBrier")
                            Assert.InRange(value, -2 - 1e-12, 2 + 1e-12);
                    }
                }
            },
            iter: 300
        );

    [Fact]
    public void Explanations_sum_to_their_scores() =>
        Any.Sample(
            input =>
            {
                foreach (var row in QuestionScoring.Score(RuleSet.Current, input))
                {
                    var explained = QuestionScoring.Explain(RuleSet.Current, input, row.Forecaster)!;
                    Assert.Equal(row.Scores.Where(s => s.Value is not null).Select(s => s.Key), explained.Keys);
                    foreach (var (key, explanation) in explained)
                    {
                        var score = row.Scores[key]!.Value;
                        var size = Math.Max(1, explanation.Intervals.Sum(i => Math.Abs(i.Contribution)));
                        Assert.Equal(score, explanation.Sum, 1e-12 * size);
                        Assert.Equal(explanation.Sum, explanation.Intervals.Sum(i => i.Contribution), 1e-12 * size);
                        Assert.All(
                            explanation.Intervals,
                            i =>
                            {
                                Assert.InRange(i.Weight, 0, 1 + 1e-12);
                                Assert.Equal(i.Weight * i.Value, i.Contribution, 1e-12 * size);
                                Assert.True(i.From <= i.To && i.From >= input.Question.OpensAt && i.To <= input.Question.ClosesAt);
                            }
                        );
                        Assert.All(explanation.Intervals.Zip(explanation.Intervals.Skip(1)), pair => Assert.True(pair.First.From < pair.Second.From));
                    }
                }
            },
            iter: 100
        );

    private static byte[] Bytes(ScoringInput input) => JsonSerializer.SerializeToUtf8Bytes(QuestionScoring.Score(RuleSet.Current, input));

    private static ScoringInput Shuffled(ScoringInput input, Random random)
    {
        var forecasts = input
            .Forecasts.Select(f =>
            {
                var steps = f.Steps.ToArray();
                random.Shuffle(steps);
                return f with { Steps = steps };
            })
            .ToArray();
        var (outcomes, scores) = (input.EarlierOutcomes.ToArray(), input.EarlierScores.ToArray());
        random.Shuffle(forecasts);
        random.Shuffle(outcomes);
        random.Shuffle(scores);
        return input with { Forecasts = forecasts, EarlierOutcomes = outcomes, EarlierScores = scores };
    }

    private static ScoringInput Relabelled(ScoringInput input, int[] places)
    {
        OutcomeValue? Moved(OutcomeValue? outcome) =>
            outcome switch
            {
                OutcomeValue.Option(var o) => new OutcomeValue.Option(places[o]),
                OutcomeValue.Partial(var degrees) => new OutcomeValue.Partial([.. places.Select((_, k) => degrees[Array.IndexOf(places, k)])]),
                _ => outcome,
            };
        Prediction? Renamed(Prediction? stated) =>
            stated switch
            {
                Prediction.Sealed seal => seal with { Revealed = Renamed(seal.Revealed) },
                Prediction.Categorical c => new Prediction.Categorical([.. places.Select((_, k) => c.Probabilities[Array.IndexOf(places, k)])]),
                _ => stated,
            };
        return input with
        {
            Question = input.Question with { Outcome = Moved(input.Question.Outcome)!, StatusQuo = Moved(input.Question.StatusQuo) },
            Forecasts = [.. input.Forecasts.Select(f => f with { Steps = [.. f.Steps.Select(s => s with { Prediction = Renamed(s.Prediction) })] })],
            EarlierOutcomes = [.. input.EarlierOutcomes.Select(e => e.OptionCount == places.Length ? e with { Option = places[e.Option] } : e)],
        };
    }

    private static void Same(IReadOnlyList<ScoreRow> expected, IReadOnlyList<ScoreRow> got, Func<string, bool> of)
    {
        Assert.Equal(expected.Select(r => r.Forecaster), got.Select(r => r.Forecaster));
        foreach (var (a, b) in expected.Zip(got).Where(pair => of(pair.First.Forecaster)))
        {
            Assert.Equal(a.Coverage, b.Coverage, 1e-12);
            foreach (var (key, score) in a.Scores)
            {
                Assert.Equal(score.HasValue, b.Scores[key].HasValue);
                if (score is { } value)
                    Assert.True(
                        Math.Abs(value - b.Scores[key]!.Value) <= 1e-9 * Math.Max(1, Math.Abs(value)),
                        $"{a.Forecaster} {key}: {value:R}, {b.Scores[key]:R}"
                    );
            }
        }
    }
}
