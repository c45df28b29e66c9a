using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;

namespace Domain.Tests.Questions;

/// <summary>Decisions about proposals and outcomes.</summary>
public sealed class ResolutionDecisionTests
{
    private static readonly DateTimeOffset Now = new(2020, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Question Open = new()
    {
        Id = "question/q",
        Slug = "q",
        Title = "Q",
        Type = QuestionType.Binary,
        Options = ["yes", "no"],
        Status = QuestionStatus.Open,
        OpensAt = Now.AddDays(-30),
        ClosesAt = Now.AddDays(30),
        ResolvesBy = Now.AddDays(60),
    };

    private static ResolutionProposed Yes => new(ProposalKind.Resolution, "yes", Now.AddDays(-1), "It happened.", ["a gauge"], "ana");

    private static Question After(Question question, Decision decision)
    {
        Assert.False(decision.IsRefused);
        return decision.Events.Aggregate(question, (q, e) => q.After(e));
    }

    [Fact]
    public void A_proposer_cannot_confirm_their_own_proposal()
    {
        var proposed = After(Open, ResolutionDecisions.Propose(Open, Yes, Now));

        Assert.Equal(RefusalKind.Forbidden, ResolutionDecisions.Confirm(proposed, "ana").Refusals.Single().Kind);
        Assert.Equal(QuestionStatus.Resolved, After(proposed, ResolutionDecisions.Confirm(proposed, "ben")).Status);
    }

    [Fact]
    public void A_rejected_proposal_leads_back_to_where_the_question_stood()
    {
        var proposed = After(Open, ResolutionDecisions.Propose(Open, Yes, Now));

        Assert.Equal(QuestionStatus.Open, After(proposed, ResolutionDecisions.Reject(proposed, "Too early.", "ben")).Status);
    }

    [Fact]
    public void A_correction_keeps_the_question_resolved_until_another_person_confirms_it()
    {
        var resolved = After(Open, Decision.Of(new QuestionResolved("yes", Now, "r", [], "ana", "ben")));
        var proposed = After(resolved, ResolutionDecisions.Propose(resolved, Yes with { Kind = ProposalKind.Correction, Outcome = "no" }, Now));

        Assert.Equal((QuestionStatus.Resolved, "yes"), (proposed.Status, proposed.Resolution!.Outcome));
        Assert.Equal("no", After(proposed, ResolutionDecisions.Confirm(proposed, "ben")).Resolution!.Outcome);
    }

    [Fact]
    public void An_outcome_that_the_question_does_not_have_is_refused_by_field() =>
        Assert.Equal("outcome", ResolutionDecisions.Propose(Open, Yes with { Outcome = "maybe" }, Now).Refusals.Single().Field);

    [Fact]
    public void A_failed_condition_annuls_what_depends_on_it()
    {
        var condition = After(Open, Decision.Of(new QuestionResolved("no", Now, "r", [], "ana", "ben")));
        var dependant = Open with { Slug = "d", Condition = new QuestionCondition("q", "yes") };

        Assert.Equal(QuestionStatus.Annulled, After(dependant, ResolutionDecisions.FollowCondition(dependant, condition)).Status);
        Assert.Empty(ResolutionDecisions.FollowCondition(dependant with { Condition = new QuestionCondition("q", "no") }, condition).Events);
    }
}
