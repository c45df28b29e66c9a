using CsCheck;
using Domain.Forecasts;
using Domain.Importing;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;

namespace Domain.Tests.Forecasts;

/// <summary>Which sealed forecasts of a file are taken: those that a live question could have.</summary>
public sealed class ClaimedSealTests
{
    private static readonly DateTimeOffset Opening = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Seal = Convert.ToBase64String(new byte[32]);

    private static readonly QuestionDrafted Draft = new(
        "rain",
        "Will it rain?",
        "",
        "If it rains.",
        QuestionType.Binary,
        ["yes", "no"],
        null,
        null,
        Opening,
        Opening.AddDays(10),
        Opening.AddDays(20),
        null,
        [],
        null,
        null,
        null,
        null
    );

    private static Question After(params object[] events) =>
        events.Aggregate(Question.Drafted("question/rain", Draft).After(new QuestionOpened(Opening)), (q, e) => q.After(e));

    private static QuestionResolved Resolved(double day) => new("yes", Opening.AddDays(day), "It rained.", ["a gauge"], "ann", "bob");

    private static bool IsTaken(Question question, double revealed, double now = 30)
    {
        var statement = new Statement(Probability: 0.7, Seal: Seal, RevealedAt: Opening.AddDays(revealed));
        var claim = new ClaimedForecast(new("ann"), ForecasterKind.Person, Opening.AddDays(1), statement, null, [], null);
        return ImportedForecasts.Check(question, claim, Opening.AddDays(now)) is null;
    }

    [Fact]
    public void A_seal_is_revealed_between_the_close_and_now()
    {
        Assert.False(IsTaken(After(), 9.99));
        Assert.True(IsTaken(After(), 10));
        Assert.True(IsTaken(After(), 30));
        Assert.False(IsTaken(After(), 30.01));
    }

    [Fact]
    public void A_seal_may_be_revealed_before_the_close_where_the_question_took_no_forecasts_then()
    {
        Assert.True(IsTaken(After(new QuestionClosed(Opening.AddDays(5))), 5));
        Assert.False(IsTaken(After(new QuestionClosed(Opening.AddDays(5))), 4.99));
        Assert.True(IsTaken(After(Resolved(4)), 4));
        var takenBack = new ResolutionTakenBack("It did not.", "ann", "bob", [], Opening.AddDays(6));
        Assert.True(IsTaken(After(Resolved(4), takenBack), 5));
        Assert.True(IsTaken(After(Resolved(4), takenBack, Resolved(8)), 5));
        Assert.False(IsTaken(After(Resolved(4), takenBack, Resolved(8)), 3.99));
        Assert.True(IsTaken(Question.Drafted("question/rain", Draft).After(new QuestionOpened(Opening, true, Opening.AddDays(4))), 4));
    }

    [Fact]
    public void What_a_live_question_says_of_its_stop_is_taken_and_adds_nothing_to_it()
    {
        var question = After(Resolved(4));
        var stop = Revelations.Earliest(question);

        Assert.Null(ImportedQuestions.Difference(question, Draft, stoppedAt: stop));
        Assert.Null(ImportedQuestions.Difference(question, Draft));
        Assert.Equal("stoppedAt", ImportedQuestions.Difference(question, Draft, stoppedAt: stop.AddTicks(-10)));
        var brought = ImportedQuestions.Bring(Draft with { Imported = true }, QuestionStatus.Resolved, stop, Opening.AddDays(30));
        Assert.True(brought.IsRefused);
        brought = ImportedQuestions.Bring(Draft with { Imported = true }, null, stop, Opening.AddDays(30));
        Assert.Equal(
            stop,
            Revelations.Earliest(brought.Events.Skip(1).Aggregate(Question.Drafted("question/rain", (QuestionDrafted)brought.Events[0]), (q, e) => q.After(e)))
        );
        Assert.True(ImportedQuestions.Bring(Draft, null, Opening.AddDays(10), Opening.AddDays(30)).IsRefused);
        Assert.True(ImportedQuestions.Bring(Draft, null, stop, stop.AddTicks(-10)).IsRefused);
        Assert.True(ImportedQuestions.Bring(Draft, QuestionStatus.Draft, stop, Opening.AddDays(30)).IsRefused);
    }

    private static SealedStep Step(string who, double day, double? p) =>
        new(who, Opening.AddDays(day), new Statement(Probability: p, Seal: Seal, RevealedAt: p is null ? null : Opening.AddDays(11)));

    private static bool Fits(SealedStep claim, params SealedStep[] stated) => ClaimedSeals.Check(stated, claim) is null;

    [Fact]
    public void A_seal_opens_to_one_statement()
    {
        Assert.False(Fits(Step("ann", 2, 0.4), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("ann", 2, 0.7), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("ann", 2, null), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("ann", 2, 0.7), Step("ann", 1, null)));
    }

    [Fact]
    public void A_seal_opens_to_who_stated_it_first()
    {
        Assert.False(Fits(Step("bob", 2, 0.7), Step("ann", 1, 0.7)));
        Assert.False(Fits(Step("bob", 2, 0.7), Step("ann", 1, null)));
        Assert.True(Fits(Step("bob", 2, null), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("bob", 2, null), Step("ann", 1, null)));
        Assert.False(Fits(Step("ann", 1, null), Step("bob", 2, 0.7)));
        Assert.True(Fits(Step("ann", 1, 0.7), Step("bob", 2, null)));
    }

    [Fact]
    public void In_whatever_order_steps_come_one_forecaster_at_most_reveals_a_seal_and_to_one_statement()
    {
        var step =
            from who in Gen.Int[0, 2].Select(i => new[] { "ann", "bob", "cem" }[i])
            from day in Gen.Int[1, 4]
            from p in Gen.Int[0, 2].Select(i => new double?[] { null, 0.4, 0.7 }[i])
            select Step(who, day, p);
        step.Array[1, 8]
            .Sample(steps =>
            {
                var taken = new List<SealedStep>();
                foreach (var s in steps.Where(s => Fits(s, [.. taken])))
                    taken.Add(s);
                var revealed = taken.Where(s => s.Statement.RevealedAt is not null).ToList();

                Assert.True(revealed.Select(s => (s.Forecaster, s.Statement.Probability)).Distinct().Count() <= 1);
                Assert.All(
                    revealed,
                    r => Assert.DoesNotContain(taken, s => s.Forecaster != r.Forecaster && s.MadeAt < r.MadeAt && taken.IndexOf(s) < taken.IndexOf(r))
                );
            });
    }
}
