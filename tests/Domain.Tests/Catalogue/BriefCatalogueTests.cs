using Domain.Catalogue;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Catalogue;

/// <summary>The built-in catalogue of the brief.</summary>
public sealed class BriefCatalogueTests
{
    [Fact]
    public void Every_question_can_be_asked_and_came_out_in_a_way_that_it_allows()
    {
        Assert.All(
            BriefCatalogue.Questions,
            entry =>
            {
                var decision = QuestionDecisions.Draft(entry.ToDraft());
                Assert.False(decision.IsRefused, entry.Slug);
                var question = Question.Drafted("", entry.ToDraft());
                Assert.True(entry.Outcome.Outcome == OutcomeText.Annulled || OutcomeText.Parse(question, entry.Outcome.Outcome) is not null, entry.Slug);
                Assert.InRange(entry.Outcome.KnownAt, entry.OpensAt, entry.ClosesAt);
            }
        );
        Assert.Equal(BriefCatalogue.Questions.Count, BriefCatalogue.Questions.Select(q => q.Slug).Distinct().Count());
    }

    [Fact]
    public void A_conditional_question_is_annulled_exactly_when_its_condition_failed()
    {
        var outcomes = BriefCatalogue.Questions.ToDictionary(q => q.Slug, q => q.Outcome.Outcome);

        Assert.All(
            BriefCatalogue.Questions.Where(q => q.Condition is not null),
            q => Assert.Equal(outcomes[q.Condition!.Question] != q.Condition.Outcome, q.Outcome.Outcome == OutcomeText.Annulled)
        );
    }

    [Fact]
    public void Evidence_bears_on_questions_that_there_are() =>
        Assert.All(BriefCatalogue.Evidence.SelectMany(e => e.Questions), group => Assert.Contains(BriefCatalogue.Questions, q => q.Group == group));

    [Fact]
    public void Highly_unlikely_to_be_upended_is_a_forecast_of_85_percent_that_it_stands()
    {
        var stated = BriefCatalogue.Questions.Single(q => q.Slug == "nato-enlargement-stands-2021").Stated!;

        Assert.Equal((0.85, 0.8, 0.9), (Math.Round(stated.Probability, 12), Math.Round(stated.Verbal.Lower, 12), Math.Round(stated.Verbal.Upper, 12)));
    }

    [Fact]
    public void The_brief_and_the_references_score_on_nato_enlargement_as_reckoned_by_hand()
    {
        var entry = BriefCatalogue.Questions.Single(q => q.Slug == "nato-enlargement-stands-2021");
        var question = new ResolvedQuestion(
            entry.Slug,
            QuestionType.Binary,
            2,
            null,
            entry.OpensAt,
            entry.ClosesAt,
            entry.Outcome.KnownAt,
            null,
            new OutcomeValue.Option(0),
            new OutcomeValue.Option(0)
        );
        var brief = new ForecastTimeline(
            "kinu-co-17-04",
            ForecasterKind.Document,
            [new ForecastStep(entry.OpensAt, 1, Prediction.Categorical.Binary(entry.Stated!.Probability))]
        );

        var rows = QuestionScoring.Score(RuleSet.Current, new ScoringInput(question, [brief], [], [])).ToDictionary(r => r.Forecaster);

        Assert.Equal(0.0225, rows["kinu-co-17-04"].Scores["brier.timeAveraged"]!.Value, 12);
        Assert.Equal(100 * Math.Log(1.7) / Math.Log(2), rows["kinu-co-17-04"].Scores["baseline"]!.Value, 9);
        Assert.Equal(0.25, rows["reference:uniform"].Scores["brier.timeAveraged"]!.Value, 12);
        Assert.Equal(0, rows["reference:status-quo"].Scores["brier.timeAveraged"]!.Value, 12);
        Assert.Equal(Math.Log(2), rows["reference:uniform"].Scores["log.final"]!.Value, 12);
    }

    [Fact]
    public void The_constant_hazard_starts_at_even_odds_and_ends_at_the_status_quo()
    {
        var opening = new DateTimeOffset(2017, 2, 8, 0, 0, 0, TimeSpan.Zero);
        var close = opening.AddDays(400);
        var evidence = opening.AddDays(100);

        var steps = ConstantHazard.Steps(opening, close, statusQuoIsYes: false, [evidence], close);

        double Yes(ForecastStep s) => ((Prediction.Categorical)s.Prediction!).Probabilities[0];
        Assert.Equal(0.5, Yes(steps[0]), 12);
        Assert.Equal(1 - Math.Pow(2, -0.75), Yes(steps.Single(s => s.MadeAt == evidence)), 12);
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(Yes(pair.First) > Yes(pair.Second)));
    }
}
