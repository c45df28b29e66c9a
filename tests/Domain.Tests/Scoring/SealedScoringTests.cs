using CsCheck;
using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;

namespace Domain.Tests.Scoring;

/// <summary>How sealed forecasts count: for their forecaster from the sealing on, for nobody else before their revelation.</summary>
public sealed class SealedScoringTests
{
    private static readonly DateTimeOffset Opening = new(2022, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_seal_that_is_never_revealed_is_scored_as_the_uniform_reference_and_says_so()
    {
        var rows = Score(("ann", [(0, new Prediction.Sealed())]), ("bob", [(0, Prediction.Categorical.Binary(0.8))]));

        Assert.Equal(rows["reference:uniform"].Scores, rows["ann"].Scores);
        Assert.Equal(1, rows["ann"].Coverage);
        Assert.All(rows["ann"].Scores.Keys, key => Assert.Contains("has not been revealed", rows["ann"].Notes[key], StringComparison.Ordinal));
        Assert.Empty(rows["bob"].Notes);
    }

    [Fact]
    public void On_a_range_the_uniform_forecast_earns_no_baseline_within_it_and_beyond_an_open_end()
    {
        foreach (var outcome in new[] { 12.3, 120.0 })
        {
            var question = Question(new OutcomeValue.Point(outcome)) with
            {
                Type = QuestionType.Numeric,
                OptionCount = 0,
                Range = new QuestionRange(0, 100, OpenLower: false, OpenUpper: true),
            };
            var rows = QuestionScoring.Score(RuleSet.Current, new ScoringInput(question, [Timeline("ann", (0, new Prediction.Sealed()))], [], []));

            Assert.Equal(0, Assert.Single(rows).Scores["baseline"]!.Value, 1e-10);
        }
    }

    [Fact]
    public void A_revealed_seal_counts_from_the_sealing_on_and_stands_in_no_consensus_before_its_revelation()
    {
        var revealed = new Prediction.Sealed(Prediction.Categorical.Binary(0.9), Opening.AddDays(12));
        var rows = Score(("ann", [(0, Prediction.Categorical.Binary(0.5)), (4, revealed)]), ("bob", [(0, Prediction.Categorical.Binary(0.8))]));

        Assert.Equal(0.106, rows["ann"].Scores["brier.timeAveraged"]!.Value, 1e-12);
        Assert.Equal(0.01, rows["ann"].Scores["brier.final"]!.Value, 1e-12);
        Assert.Equal(1, rows["ann"].Revisions);
        Assert.Empty(rows["ann"].Notes);
        // The mean of 0.5 and 0.8 for four days, then 0.8 alone.
        Assert.Equal((0.4 * 0.35 * 0.35) + (0.6 * 0.2 * 0.2), rows["consensus:mean"].Scores["brier.timeAveraged"]!.Value, 1e-12);
        // Ann is compared with Bob alone, as who joins.
        var joined = 100 * 2 * Math.Log(0.9 / Math.Sqrt(0.9 * 0.8));
        Assert.Equal(joined, Score(("ann", [(0, revealed)]), ("bob", [(0, Prediction.Categorical.Binary(0.8))]))["ann"].Scores["spotPeer"]!.Value, 1e-10);
    }

    [Fact]
    public void From_its_revelation_on_a_seal_stands_in_the_consensus()
    {
        var timelines = new[]
        {
            Timeline("ann", (1, new Prediction.Sealed(Prediction.Categorical.Binary(0.9), Opening.AddDays(6)))),
            Timeline("bob", (0, Prediction.Categorical.Binary(0.5))),
        };

        var steps = ConsensusTimelines.Of(ConsensusMethods.Default, Opening, Opening.AddDays(10), timelines, [], Opening.AddDays(10), null);
        var spread = CrowdSpread.Of(timelines, 0, Opening, Opening.AddDays(10));

        Assert.Equal([(0.0, 0.5), (6.0, 0.7)], steps.Select(s => ((s.MadeAt - Opening).TotalDays, ((Prediction.Categorical)s.Prediction!).Probabilities[0])));
        Assert.Equal([(0.0, 1), (6.0, 2)], spread.Select(s => ((s.At - Opening).TotalDays, s.Standing)));
    }

    [Fact]
    public void What_stood_before_a_seal_stands_no_more_and_comes_back_for_nobody()
    {
        var timelines = new[] { Timeline("ann", (0, Prediction.Categorical.Binary(0.9)), (4, new Prediction.Sealed())) };

        var steps = ConsensusTimelines.Of(ConsensusMethods.Default, Opening, Opening.AddDays(10), timelines, [], Opening.AddDays(10), null);

        Assert.Equal([0.0, 4.0], steps.Select(s => (s.MadeAt - Opening).TotalDays));
        Assert.Null(steps[1].Prediction);
    }

    [Fact]
    public void Nobody_else_earns_another_bit_for_what_was_sealed_or_whether_it_is_revealed_after_the_window()
    {
        (from input in Gen.OneOf(RandomQuestions.OfOptions(), RandomQuestions.OfDistributions()) where input.Forecasts.Count > 0 select input).Sample(
            input =>
            {
                var end = input.Question.ClosesAt > input.Question.KnownAt ? input.Question.ClosesAt : input.Question.KnownAt;
                var sealedBy = input.Forecasts[0] with { Kind = ForecasterKind.Person };
                IReadOnlyList<ScoreRow> Rows(ForecastTimeline? first) =>
                    QuestionScoring.Score(RuleSet.Current, input with { Forecasts = [.. first is null ? [] : new[] { first }, .. input.Forecasts.Skip(1)] });
                ForecastTimeline As(ForecasterKind kind, Func<Prediction, Prediction> state) =>
                    sealedBy with
                    {
                        Kind = kind,
                        Steps = [.. sealedBy.Steps.Select(s => s with { Prediction = s.Prediction is { } p ? state(Said(p, input.Question)) : null })],
                    };
                IReadOnlyList<ScoreRow> Others(IReadOnlyList<ScoreRow> rows) => [.. rows.Where(r => r.Forecaster != sealedBy.Forecaster)];

                var without = Rows(null);
                var unrevealed = Rows(As(ForecasterKind.Person, _ => new Prediction.Sealed()));
                var revealed = Rows(As(ForecasterKind.Person, p => new Prediction.Sealed(p, end.AddDays(1))));
                var document = Rows(As(ForecasterKind.Document, p => p));

                Assert.True(ScoreRows.Same(without, Others(unrevealed)));
                Assert.True(ScoreRows.Same(without, Others(revealed)));
                Assert.Equal(
                    document.Single(r => r.Forecaster == sealedBy.Forecaster).Scores,
                    revealed.Single(r => r.Forecaster == sealedBy.Forecaster).Scores
                );
            },
            iter: 300
        );
    }

    [Fact]
    public void The_parts_of_an_explanation_say_what_was_sealed_and_sum_to_the_score()
    {
        var input = new ScoringInput(
            Question(new OutcomeValue.Option(0)),
            [
                Timeline("ann", (0, Prediction.Categorical.Binary(0.5)), (3, new Prediction.Sealed()), (6, Prediction.Categorical.Binary(0.9))),
                Timeline("bob", (0, Prediction.Categorical.Binary(0.8))),
            ],
            [],
            []
        );
        var row = QuestionScoring.Score(RuleSet.Current, input).Single(r => r.Forecaster == "ann");
        var explained = QuestionScoring.Explain(RuleSet.Current, input, "ann")!;

        Assert.Equal(
            [Domain.Forecasts.Timelines.SealState.Open, Domain.Forecasts.Timelines.SealState.Unrevealed, Domain.Forecasts.Timelines.SealState.Open],
            explained["brier.timeAveraged"].Intervals.Select(i => i.Seal)
        );
        Assert.All(explained, e => Assert.Equal(row.Scores[e.Key]!.Value, e.Value.Sum, 1e-9));
        Assert.Contains("peer", row.Notes.Keys);
        Assert.DoesNotContain("brier.final", row.Notes.Keys);
    }

    private static Prediction Said(Prediction stated, ResolvedQuestion question) =>
        stated is Prediction.Sealed seal ? seal.Revealed ?? Domain.ReferenceForecasters.Uniform.On(question.OptionCount, question.Range) : stated;

    private static ResolvedQuestion Question(OutcomeValue outcome) =>
        new("q", QuestionType.Binary, 2, null, Opening, Opening.AddDays(10), Opening.AddDays(10), null, outcome, null);

    private static ForecastTimeline Timeline(string who, params (double Day, Prediction? Says)[] steps) =>
        new(who, ForecasterKind.Person, [.. steps.Select((s, i) => new ForecastStep(Opening.AddDays(s.Day), i, s.Says))]);

    private static Dictionary<string, ScoreRow> Score(params (string Who, (double Day, Prediction? Says)[] Steps)[] said) =>
        QuestionScoring
            .Score(RuleSet.Current, new ScoringInput(Question(new OutcomeValue.Option(0)), [.. said.Select(s => Timeline(s.Who, s.Steps))], [], []))
            .ToDictionary(r => r.Forecaster);
}
