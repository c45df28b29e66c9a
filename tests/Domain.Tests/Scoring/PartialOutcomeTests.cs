using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Scoring;

/// <summary>Questions whose options hold by degrees, such as by a market's price before its close.</summary>
public sealed class PartialOutcomeTests
{
    private static readonly DateTimeOffset Opening = new(2023, 4, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Yes_or_no_by_degrees_is_scored_as_the_formulas_stand()
    {
        var ann = Row([0.25, 0.75], QuestionType.Binary, ("ann", [0.4, 0.6]));

        Near(0.0225, ann.Scores["brier.final"]);
        Near(0.045, ann.Scores["brierGjp.timeAveraged"]);
        Near(-(0.25 * Math.Log(0.4)) - (0.75 * Math.Log(0.6)), ann.Scores["log.final"]);
        Near(((0.25 * 0.4) + (0.75 * 0.6)) / Math.Sqrt((0.4 * 0.4) + (0.6 * 0.6)), ann.Scores["spherical.dailyAveraged"]);
        Near((0.25 * 100 * Math.Log(0.8) / Math.Log(2)) + (0.75 * 100 * Math.Log(1.2) / Math.Log(2)), ann.Scores["baseline"]);
        Near(ann.Scores["baseline"]!.Value, ann.Scores["spotBaseline"]);
    }

    [Fact]
    public void Options_in_order_are_compared_by_cumulative_sums()
    {
        var ann = Row([0.5, 0.2, 0.3], QuestionType.Ordered, ("ann", [0.1, 0.6, 0.3]));

        // Below the first split 0.1 against 0.5, below the second 0.7 against 0.7.
        Near(2 * 0.4 * 0.4 / 2, ann.Scores["brierOrdered.final"]);
        Near((0.4 * 0.4) + (0.4 * 0.4), ann.Scores["brierGjp.final"]);
    }

    [Fact]
    public void Peer_scores_are_the_expectation_over_what_could_have_been_the_outcome()
    {
        (string, double[])[] said = [("ann", [0.5, 0.3, 0.2]), ("bob", [0.2, 0.2, 0.6]), ("cem", [0.1, 0.8, 0.1])];
        double[] degrees = [0.6, 0, 0.4];
        var whole = Enumerable.Range(0, 3).Select(o => Rows(new OutcomeValue.Option(o), QuestionType.MultipleChoice, 3, said)).ToArray();
        var partial = Rows(new OutcomeValue.Partial([.. degrees]), QuestionType.MultipleChoice, 3, said);

        foreach (var who in new[] { "ann", "bob", "cem", "consensus:mean" })
        {
            foreach (var key in new[] { "peer", "spotPeer", "baseline", "log.final", "spherical.timeAveraged" })
            {
                Near(Enumerable.Range(0, 3).Sum(o => degrees[o] * whole[o][who].Scores[key]!.Value), partial[who].Scores[key]);
            }
        }
    }

    [Fact]
    public void A_crowds_daily_median_is_that_of_losses_which_lie_on_both_sides_of_the_outcome()
    {
        // Losses 0.5, 0.02 and 0.32 against 0.5: the middle one is that of 0.9, though 0.6 is the middle probability.
        var rows = Rows(new OutcomeValue.Partial([0.5, 0.5]), QuestionType.Binary, 2, ("ann", [0, 1]), ("bob", [0.6, 0.4]), ("cem", [0.9, 0.1]));

        Near(0.5 - 0.32, rows["ann"].Scores["relativeBrier"]);
        Near(0.02 - 0.32, rows["bob"].Scores["relativeBrier"]);
        Near(0, rows["cem"].Scores["relativeBrier"]);
    }

    [Fact]
    public void Only_an_option_that_holds_to_some_degree_is_clipped()
    {
        var ann = Row([0.5, 0.5, 0], QuestionType.MultipleChoice, ("ann", [0.5, 0.5, 0]));
        var bob = Row([0.5, 0, 0.5], QuestionType.MultipleChoice, ("ann", [0.5, 0.5, 0]));

        Near(Math.Log(2), ann.Scores["log.final"]);
        Assert.DoesNotContain("log.final", ann.Notes.Keys);
        Near((-0.5 * Math.Log(0.5)) - (0.5 * Math.Log(0.001)), bob.Scores["log.final"]);
        Assert.Contains("clipped", bob.Notes["log.final"], StringComparison.Ordinal);
        Assert.Contains("clipped", bob.Notes["peer"], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_explanation_sums_to_its_score()
    {
        var input = Input(new OutcomeValue.Partial([0.7, 0.1, 0.2]), QuestionType.Ordered, 3, [("ann", [0.5, 0.3, 0.2]), ("bob", [0.2, 0.2, 0.6])]);
        foreach (var row in QuestionScoring.Score(RuleSet.Current, input))
        {
            var explained = QuestionScoring.Explain(RuleSet.Current, input, row.Forecaster)!;
            foreach (var (key, score) in row.Scores.Where(s => s.Value is not null))
                Assert.Equal(score!.Value, explained[key].Sum, 1e-10);
        }
    }

    private static ScoreRow Row(double[] degrees, QuestionType type, (string Who, double[] P) said) =>
        Rows(new OutcomeValue.Partial([.. degrees]), type, degrees.Length, said)[said.Who];

    private static Dictionary<string, ScoreRow> Rows(OutcomeValue outcome, QuestionType type, int options, params (string Who, double[] P)[] said) =>
        QuestionScoring.Score(RuleSet.Current, Input(outcome, type, options, said)).ToDictionary(r => r.Forecaster);

    private static ScoringInput Input(OutcomeValue outcome, QuestionType type, int options, (string Who, double[] P)[] said) =>
        new(
            new ResolvedQuestion("q", type, options, null, Opening, Opening.AddDays(10), Opening.AddDays(12), null, outcome, null),
            [.. said.Select(s => new ForecastTimeline(s.Who, ForecasterKind.Person, [new ForecastStep(Opening, 0, new Prediction.Categorical([.. s.P]))]))],
            [],
            []
        );

    private static void Near(double expected, double? got) => Assert.Equal(expected, Assert.NotNull(got), 1e-10);
}
