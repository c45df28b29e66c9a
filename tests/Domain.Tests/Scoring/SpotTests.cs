using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Scoring;

/// <summary>The spot scores read what stood just before the spot, or just before the window's end where that is earlier.</summary>
public sealed class SpotTests
{
    private static readonly DateTimeOffset Opening = new(2022, 9, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(10.0, 20.0)]
    [InlineData(14.0, 20.0)]
    [InlineData(10.0, 7.0)]
    [InlineData(3.0, 20.0)]
    public void The_spot_may_lie_at_the_close_or_later_or_when_the_outcome_is_known_already(double spot, double known)
    {
        var last = Math.Min(Math.Min(spot, known), 10);
        var rows = Score(spot, known, ("ann", [(0, 0.6), (last - 0.25, 0.9)]), ("bob", [(0, 0.5), (last, 0.99)]));

        Assert.Equal(100 * Math.Log(1.8) / Math.Log(2), rows["ann"].Scores["spotBaseline"]!.Value, 1e-10);
        Assert.Equal(0, rows["bob"].Scores["spotBaseline"]!.Value, 1e-10);
        Assert.Equal(100 * 2 * Math.Log(0.9 / Math.Sqrt(0.9 * 0.5)), rows["ann"].Scores["spotPeer"]!.Value, 1e-10);
        Assert.Equal(100 * Math.Log(1.4) / Math.Log(2), rows["consensus:mean"].Scores["spotBaseline"]!.Value, 1e-10);
    }

    [Fact]
    public void A_forecast_made_at_the_spot_comes_too_late_and_one_that_ends_there_still_counts()
    {
        var rows = Score(4, 20, ("ann", [(1, 0.8), (4, null)]), ("bob", [(4, 0.8)]), ("cem", [(1, 0.5)]));

        Assert.Equal(100 * Math.Log(1.6) / Math.Log(2), rows["ann"].Scores["spotBaseline"]!.Value, 1e-10);
        Assert.Null(rows["bob"].Scores["spotBaseline"]);
        Assert.Null(rows["bob"].Scores["spotPeer"]);
        Assert.NotEmpty(rows["bob"].Notes["spotPeer"]);
        Assert.Equal(100 * Math.Log(0.8 / 0.5), rows["ann"].Scores["spotPeer"]!.Value, 1e-10);
    }

    [Fact]
    public void Without_a_spot_of_its_own_it_is_the_middle_of_the_scheduled_lifetime_or_the_windows_end()
    {
        var whole = Score(null, 20, ("ann", [(0, 0.5), (4.9, 0.8), (5, 0.9)]));
        var early = Score(null, 3, ("ann", [(0, 0.5), (2.9, 0.8), (5, 0.9)]));

        Assert.Equal(100 * Math.Log(1.6) / Math.Log(2), whole["ann"].Scores["spotBaseline"]!.Value, 1e-10);
        Assert.Equal(100 * Math.Log(1.6) / Math.Log(2), early["ann"].Scores["spotBaseline"]!.Value, 1e-10);
    }

    [Fact]
    public void An_explanation_names_the_forecast_that_stood_just_before()
    {
        var input = Input(10, 20, [("ann", [(0, 0.6), (9, 0.9)]), ("bob", [(2, 0.5)])]);
        var spot = QuestionScoring.Explain(RuleSet.Current, input, "ann")!["spotPeer"];

        var interval = Assert.Single(spot.Intervals);
        Assert.Equal(Prediction.Categorical.Binary(0.9), interval.Forecast);
        Assert.Equal((Opening.AddDays(9), Opening.AddDays(10)), (interval.From, interval.To));
        Assert.Equal(2, interval.Peers);
        Assert.Equal(QuestionScoring.Score(RuleSet.Current, input).Single(r => r.Forecaster == "ann").Scores["spotPeer"]!.Value, spot.Sum, 1e-12);
    }

    private static Dictionary<string, ScoreRow> Score(double? spot, double known, params (string Who, (double Day, double? P)[] Said)[] said) =>
        QuestionScoring.Score(RuleSet.Current, Input(spot, known, said)).ToDictionary(r => r.Forecaster);

    private static ScoringInput Input(double? spot, double known, (string Who, (double Day, double? P)[] Said)[] said) =>
        new(
            new ResolvedQuestion(
                "q",
                QuestionType.Binary,
                2,
                null,
                Opening,
                Opening.AddDays(10),
                Opening.AddDays(known),
                spot is { } day ? Opening.AddDays(day) : null,
                new OutcomeValue.Option(0),
                null
            ),
            [
                .. said.Select(s => new ForecastTimeline(
                    s.Who,
                    ForecasterKind.Person,
                    [.. s.Said.Select((x, i) => new ForecastStep(Opening.AddDays(x.Day), i, x.P is { } p ? Prediction.Categorical.Binary(p) : null))]
                )),
            ],
            [],
            []
        );
}
