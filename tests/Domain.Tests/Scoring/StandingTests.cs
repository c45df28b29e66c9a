using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Scoring;

/// <summary>What stands when: opening, close, withdrawal, expiry, equal instants, days and the spot time.</summary>
public sealed class StandingTests
{
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ResolvedQuestion TenDays = new(
        "q",
        QuestionType.Binary,
        2,
        null,
        Opening,
        Opening.AddDays(10),
        Opening.AddDays(10),
        null,
        new OutcomeValue.Option(0),
        null
    );

    private static ForecastStep Made(double day, double? p, long sequence = 0, double? expires = null) =>
        new(Opening.AddDays(day), sequence, p is { } q ? Prediction.Categorical.Binary(q) : null, expires is { } e ? Opening.AddDays(e) : null);

    private static ScoreRow Row(ResolvedQuestion question, params ForecastStep[] steps) =>
        QuestionScoring
            .Score(RuleSet.Current, new ScoringInput(question, [new ForecastTimeline("a", ForecasterKind.Person, steps)], [], []))
            .Single(r => r.Forecaster == "a");

    [Fact]
    public void A_forecast_made_before_the_opening_stands_from_the_opening()
    {
        var row = Row(TenDays, Made(-3, 0.6, 1), Made(-1, 0.8, 2));

        Assert.Equal(1, row.Coverage);
        Assert.Equal(0, row.Revisions);
        Assert.Equal(0.04, row.Scores["brier.timeAveraged"]!.Value, 12);
    }

    [Fact]
    public void A_forecast_that_expired_or_was_withdrawn_before_the_opening_never_stood()
    {
        Assert.Null(Row(TenDays, Made(-3, 0.6, expires: -1)).Scores["baseline"]);
        Assert.Null(Row(TenDays, Made(-3, 0.6, 1), Made(-1, null, 2)).Scores["baseline"]);
        Assert.Equal(0, Row(TenDays, Made(-3, 0.6, expires: 0)).Coverage);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(7, 8.5)]
    [InlineData(10, 10)]
    [InlineData(30, 10)]
    public void A_forecast_made_at_the_end_of_the_window_or_later_never_counts(double known, double made)
    {
        var question = TenDays with { KnownAt = Opening.AddDays(known) };

        Assert.Equal(Row(question, Made(0, 0.6)).Scores, Row(question, Made(0, 0.6, 1), Made(made, 0.99, 2)).Scores);
    }

    [Fact]
    public void A_question_whose_outcome_was_known_at_its_opening_has_no_scores_but_reasons()
    {
        var row = Row(TenDays with { KnownAt = Opening.AddDays(-1) }, Made(-2, 0.6));

        Assert.All(row.Scores.Values, Assert.Null);
        Assert.Equal(row.Scores.Keys, row.Notes.Keys);
        Assert.Equal(0, row.Coverage);
    }

    [Fact]
    public void An_expired_forecast_stands_until_it_expires_and_none_before_it_comes_back()
    {
        var row = Row(TenDays, Made(0, 0.5, 1), Made(2, 0.9, 2, expires: 6));

        Assert.Equal(0.6, row.Coverage, 12);
        Assert.Equal(((2 * 0.25) + (4 * 0.01)) / 6, row.Scores["brier.timeAveraged"]!.Value, 12);
        Assert.Null(row.Scores["brier.final"]);
        Assert.Equal(((2 * 0.25) + (4 * 0.01)) / 6, row.Scores["brier.dailyAveraged"]!.Value, 12);
    }

    [Fact]
    public void A_forecast_may_be_made_anew_after_a_withdrawal_which_is_no_revision()
    {
        var row = Row(TenDays, Made(0, 0.5, 1), Made(2, null, 2), Made(8, 0.9, 3));

        Assert.Equal(0.4, row.Coverage, 12);
        Assert.Equal(0, row.Revisions);
        Assert.Equal(0.01, row.Scores["brier.final"]!.Value, 12);
        Assert.Equal((0.25 + 0.01) / 2, row.Scores["brier.timeAveraged"]!.Value, 12);
    }

    [Fact]
    public void Of_equal_instants_the_later_event_holds_also_where_it_withdraws()
    {
        Assert.Equal(0.2, Row(TenDays, Made(0, 0.5, 1), Made(2, 0.9, 2), Made(2, null, 3)).Coverage, 12);
        Assert.Equal(1, Row(TenDays, Made(0, 0.5, 1), Made(2, null, 2), Made(2, 0.9, 3)).Coverage, 12);
    }

    [Fact]
    public void A_day_counts_whole_with_what_stands_at_its_end()
    {
        // From noon to noon: nine whole days. The first whole one ends on the 3rd at midnight, when 0.9 has stood for an hour.
        var question = TenDays with
        {
            OpensAt = Opening.AddDays(0.5),
            ClosesAt = Opening.AddDays(10.5),
            KnownAt = Opening.AddDays(20),
        };

        var row = Row(question, Made(0.5, 0.5, 1), Made(2 - (1.0 / 24), 0.9, 2));

        Assert.Equal(0.01, row.Scores["brier.dailyAveraged"]!.Value, 12);
        Assert.Equal(0, row.Scores["relativeBrier"]!.Value, 12);
        Assert.Null(Row(question with { ClosesAt = Opening.AddDays(1.9) }, Made(0.5, 0.5)).Scores["brier.dailyAveraged"]);
        Assert.Null(Row(question with { ClosesAt = Opening.AddDays(1.9) }, Made(0.5, 0.5)).Scores["relativeBrier"]);
    }

    [Fact]
    public void A_forecast_made_at_midnight_counts_for_the_day_that_begins() =>
        Assert.Equal(((3 * 0.25) + (7 * 0.01)) / 10, Row(TenDays, Made(0, 0.5, 1), Made(3, 0.9, 2)).Scores["brier.dailyAveraged"]!.Value, 12);

    [Fact]
    public void The_spot_time_is_the_middle_of_the_lifetime_or_the_end_of_the_window_where_that_comes_first()
    {
        double Baseline(double p) => 100 * Math.Log(2 * p) / Math.Log(2);
        ForecastStep[] steps = [Made(0, 0.6, 1), Made(2, 0.7, 2), Made(5, 0.8, 3), Made(7, 0.9, 4)];

        Assert.Equal(Baseline(0.7), Row(TenDays, steps).Scores["spotBaseline"]!.Value, 10);
        Assert.Equal(Baseline(0.6), Row(TenDays with { KnownAt = Opening.AddDays(2) }, steps).Scores["spotBaseline"]!.Value, 10);
        Assert.Equal(Baseline(0.8), Row(TenDays with { SpotAt = Opening.AddDays(7) }, steps).Scores["spotBaseline"]!.Value, 10);
        Assert.Null(Row(TenDays, Made(5, 0.6)).Scores["spotBaseline"]);
    }

    [Fact]
    public void Certain_forecasts_are_scored_as_they_were_stated_by_all_but_the_logarithmic_rules()
    {
        var row = Row(TenDays, Made(0, 0));

        Assert.Equal(1, row.Scores["brier.final"]!.Value);
        Assert.Equal(0, row.Scores["spherical.final"]!.Value);
        Assert.Equal(-Math.Log(0.001), row.Scores["log.final"]!.Value, 12);
        Assert.All(
            new[] { "log.final", "log.timeAveraged", "log.dailyAveraged", "baseline", "peer", "spotBaseline", "spotPeer" },
            key => Assert.Contains("clipped", row.Notes[key], StringComparison.Ordinal)
        );
        Assert.DoesNotContain("brier.final", row.Notes.Keys);
    }
}
