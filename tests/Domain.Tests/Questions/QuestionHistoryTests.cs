using CsCheck;
using Domain.Questions;
using Domain.Resolutions;

namespace Domain.Tests.Questions;

/// <summary>Which outcome of a question stands at which instant.</summary>
public sealed class QuestionHistoryTests
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly QuestionDrafted Draft = new(
        "q",
        "Q",
        "",
        "c",
        QuestionType.Binary,
        ["yes", "no"],
        null,
        null,
        Day(0),
        Day(20),
        Day(30),
        null,
        ["a"],
        null,
        null,
        null,
        null
    );

    private static DateTimeOffset Day(double day) => Opening.AddDays(day);

    private static QuestionResolved Resolved(string outcome, double knownAt) => new(outcome, Day(knownAt), "r", ["e"], "p", "c");

    private static ResolutionCorrected Corrected(string outcome, double knownAt) => new(outcome, Day(knownAt), "r", ["e"], "p", "c");

    private static Question? At(PointInTime at, params (object Data, double RecordedAt)[] events) =>
        QuestionHistory.At("question/q", [(Draft, Day(0)), (new QuestionOpened(Day(0)), Day(0)), .. events.Select(e => (e.Data, Day(e.RecordedAt)))], at);

    [Theory]
    [InlineData(-1, QuestionStatus.Draft, null)]
    [InlineData(0, QuestionStatus.Open, null)]
    [InlineData(9.9, QuestionStatus.Open, null)]
    [InlineData(10, QuestionStatus.Resolved, "yes")]
    [InlineData(12, QuestionStatus.Resolved, "no")]
    [InlineData(15, QuestionStatus.Open, null)]
    [InlineData(20, QuestionStatus.Closed, null)]
    [InlineData(25, QuestionStatus.Annulled, "annulled")]
    public void Each_outcome_stands_from_the_instant_from_which_it_was_known(double asOf, QuestionStatus status, string? outcome)
    {
        var then = At(
            new PointInTime(Day(asOf)),
            (Resolved("yes", 10), 100),
            (Corrected("no", 12), 100),
            (new ResolutionTakenBack("r", "c", "p", [], Day(15), Imported: true), 100),
            (new QuestionClosed(Day(20)), 100),
            (new QuestionAnnulled(Day(25), "r", [], "p", "c"), 100)
        )!;

        Assert.Equal((status, outcome), (then.Status, then.Resolution?.Outcome));
    }

    [Fact]
    public void What_was_logged_later_stands_though_it_was_known_earlier()
    {
        (object, double)[] log = [(Resolved("yes", 10), 100), (Corrected("no", 8), 101)];

        Assert.Null(At(new PointInTime(Day(7.9)), log)!.Resolution);
        Assert.Equal("no", At(new PointInTime(Day(8)), log)!.Resolution!.Outcome);
        Assert.Equal("no", At(new PointInTime(Day(11)), log)!.Resolution!.Outcome);
        Assert.Equal("yes", At(new PointInTime(Day(11), Day(100)), log)!.Resolution!.Outcome);
    }

    [Fact]
    public void What_has_no_instant_of_its_own_counts_from_when_it_was_recorded()
    {
        (object, double)[] log =
        [
            (new CloseRescheduled(Day(5), "sooner"), 2),
            (new CriteriaClarified("text", Day(3)), 3),
            (new EvidenceLogged(Day(1), "t", "s", null), 4),
            (new ResolutionProposed(ProposalKind.Resolution, "yes", Day(4), "r", ["e"], "p"), 6),
        ];

        var early = At(new PointInTime(Day(1.5)), log)!;
        Assert.Equal((Day(20), 0, 1), (early.ClosesAt, early.Clarifications.Count, early.Evidence.Count));
        var late = At(new PointInTime(Day(5)), log)!;
        Assert.Equal((Day(5), 1, QuestionStatus.Closed, null), (late.ClosesAt, late.Clarifications.Count, late.Status, late.Proposal));
        Assert.Equal(QuestionStatus.Proposed, At(new PointInTime(Day(6)), log)!.Status);
        Assert.Empty(At(new PointInTime(Day(1.5), Day(3)), log)!.Evidence);
    }

    [Fact]
    public void Before_it_was_drafted_here_there_is_no_question() => Assert.Null(At(new PointInTime(KnownAt: Day(-0.001))));

    [Fact]
    public void Looked_back_at_from_after_everything_it_is_what_it_is()
    {
        var claim = Gen.OneOf(
            Gen.Select(Gen.Bool, Gen.Int[1, 60]).Select((yes, day) => (object)Resolved(yes ? "yes" : "no", day)),
            Gen.Int[1, 60].Select(day => (object)new ResolutionTakenBack("r", "c", "p", [], Day(day), Imported: true)),
            Gen.Int[1, 60].Select(day => (object)new QuestionAnnulled(Day(day), "r", [], "p", "c")),
            Gen.Const((object)new QuestionClosed(Day(20)))
        );
        Gen.Select(claim.Array[0, 6], Gen.Int[0, 60])
            .Sample(
                (claims, day) =>
                {
                    (object, double)[] log = [.. claims.Select((c, i) => (c, 100.0 + i))];
                    var now = At(PointInTime.Present, log)!;
                    var after = At(new PointInTime(Day(1000), Day(1000)), log)!;
                    Assert.Equal((now.Resolution?.Outcome, now.Resolution?.KnownAt), (after.Resolution?.Outcome, after.Resolution?.KnownAt));
                    Assert.Equal(now.Version, after.Version);

                    // At an instant of the world the log is as though what was known later had never been in it.
                    var then = At(new PointInTime(Day(day)), log)!;
                    var without = At(PointInTime.Present, [.. log.Where(e => Known(e.Item1) <= Day(day))])!;
                    Assert.Equal(without.Resolution?.Outcome, then.Resolution?.Outcome);
                }
            );

        static DateTimeOffset Known(object e) =>
            e switch
            {
                QuestionResolved r => r.KnownAt,
                ResolutionTakenBack t => t.KnownAt!.Value,
                QuestionAnnulled a => a.KnownAt,
                _ => DateTimeOffset.MinValue,
            };
    }
}
