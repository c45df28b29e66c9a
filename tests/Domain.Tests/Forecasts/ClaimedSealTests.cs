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

    private static SealedStep Step(string who, double day, double? p, bool live = false) =>
        new(who, Opening.AddDays(day), new Statement(Probability: p, Seal: Seal, RevealedAt: p is null ? null : Opening.AddDays(11)), live);

    private static bool Fits(SealedStep claim, params SealedStep[] stated) => ClaimedSeals.Check(SealOnRecord.Of(stated), claim) is null;

    [Fact]
    public void A_seal_opens_to_one_statement()
    {
        Assert.False(Fits(Step("ann", 2, 0.4), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("ann", 2, 0.7), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("ann", 2, null), Step("ann", 1, 0.7)));
        Assert.True(Fits(Step("ann", 2, 0.7), Step("ann", 1, null)));
        Assert.True(Fits(Step("ann", 3, 0.7), Step("ann", 1, null), Step("bob", 2, null)));
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
    public void No_file_is_before_who_stated_a_seal_here()
    {
        var here = Step("bob", 5, null, live: true);
        Assert.False(Fits(Step("ann", 1, 0.7), here));
        Assert.False(Fits(Step("ann", 1, null), here));
        Assert.False(Fits(Step("ann", 5, 0.7), here));
        Assert.True(Fits(Step("ann", 6, null), here));
        Assert.True(Fits(Step("cem", 4, null), Step("ann", 1, null), here));
        Assert.False(Fits(Step("cem", 4, 0.7), Step("ann", 1, null), here));
    }

    private sealed record Act(int Kind, string Who, int Day, double? Opens);

    // What a service records of one seal: live statements in the order of time, two at one instant too, rows of files, and revelations. Nothing is stated live
    // after a revelation, and no file speaks for who has stated something here.
    private static List<(SealedStep Step, bool IsSuperseded)> Recorded(Act[] acts)
    {
        var (now, log, tied) = (1, new List<(SealedStep Step, bool IsSuperseded)>(), false);
        SealOnRecord? Known() => SealOnRecord.Of(log.Select(l => l.Step));
        foreach (var (kind, who, day, opens) in acts)
        {
            var isRevealed = log.Any(l => l.Step is { IsLive: true, Statement.RevealedAt: not null });
            if (kind == 0 && !isRevealed)
            {
                now += tied && day % 2 == 0 ? 0 : 1;
                tied = true;
                log.Add((Step(who, now, null, live: true), false));
            }
            else if (kind == 1 && !log.Any(l => l.Step.IsLive && l.Step.Forecaster == who))
            {
                if (Step(who, Math.Min(day, now), opens) is var claim && ClaimedSeals.Check(Known(), claim) is null)
                    log.Add((claim, false));
                (tied, now) = (false, now + 1);
            }
            else if (kind == 2 && Known() is { } known && known.First == who)
            {
                for (int i = 0, until = log.Count; i < until; i++)
                {
                    if (log[i] is not { IsSuperseded: false, Step: { Statement.RevealedAt: null } sealedStep } || sealedStep.Forecaster != who)
                        continue;
                    log[i] = (sealedStep, true);
                    log.Add((sealedStep with { Statement = Step(who, 0, known.Opened?.Probability ?? 0.7).Statement, IsLive = true }, false));
                }
            }
        }

        return log;
    }

    [Fact]
    public void Whatever_is_recorded_one_forecaster_at_most_reveals_a_seal_to_one_statement_and_what_is_exported_imports_again()
    {
        var act =
            from kind in Gen.Int[0, 2]
            from who in Gen.Int[0, 2].Select(i => new[] { "ann", "bob", "cem" }[i])
            from day in Gen.Int[1, 6]
            from opens in Gen.Int[0, 2].Select(i => new double?[] { null, 0.4, 0.7 }[i])
            select new Act(kind, who, day, opens);
        act.Array[1, 10]
            .Sample(
                acts =>
                {
                    var log = Recorded(acts);
                    var revealed = log.Select(l => l.Step).Where(s => s.Statement.RevealedAt is not null);
                    Assert.True(revealed.Select(s => (s.Forecaster, s.Statement.Probability)).Distinct().Count() <= 1);
                    if (log is [{ Step: { IsLive: true, Forecaster: var first } }, ..])
                        Assert.Equal(first, SealOnRecord.Of(log.Select(l => l.Step))!.First);

                    SealOnRecord? there = null;
                    var exported = log.Where(l => !l.IsSuperseded).Select(l => l.Step with { IsLive = false });
                    foreach (var row in exported.OrderBy(s => s.MadeAt).ThenBy(s => s.Forecaster, StringComparer.Ordinal))
                    {
                        Assert.Null(ClaimedSeals.Check(there, row));
                        there = SealOnRecord.After(there, row);
                    }
                },
                iter: 20_000
            );
    }
}
