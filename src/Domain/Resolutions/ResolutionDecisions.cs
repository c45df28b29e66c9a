using Domain.Questions;

namespace Domain.Resolutions;

/// <summary>How an outcome comes to stand: one person proposes it, another confirms it.</summary>
public static class ResolutionDecisions
{
    /// <summary>Proposes an outcome, a correction of one, or an annulment.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="proposal">What is proposed; <see cref="ResolutionProposed.Kind"/> says which of the three.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Propose(Question question, ResolutionProposed proposal, DateTimeOffset now)
    {
        if (question.Proposal is not null) return Decision.Conflict("A proposal already waits; confirm or reject it first.");
        if (proposal.Reason.Length is 0 or > 5_000) return Decision.Invalid("reason", "Give a reason of 1 to 5,000 characters.");
        if (proposal.Evidence.Count > 50 || proposal.Evidence.Any(e => e.Length is 0 or > 2_000))
        {
            return Decision.Invalid("evidence", "Evidence is a list of at most 50 entries of 1 to 2,000 characters.");
        }

        if (proposal.KnownAt > now) return Decision.Invalid("knownAt", "The outcome is known already: its time cannot lie ahead.");
        if (proposal.KnownAt < question.OpensAt) return Decision.Invalid("knownAt", "The outcome cannot have been known before the question opened.");

        var annuls = proposal.Outcome == OutcomeText.Annulled;
        if (!annuls && OutcomeText.Parse(question, proposal.Outcome) is null)
        {
            return Decision.Invalid("outcome", $"'{proposal.Outcome}' is no outcome of this question. {Expected(question)}");
        }

        var settled = question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled;
        return proposal.Kind switch
        {
            ProposalKind.Correction when !settled => Decision.Conflict("There is no resolution yet that could be corrected; propose one."),
            ProposalKind.Resolution when settled => Decision.Conflict("The question has an outcome; propose a correction of it instead."),
            ProposalKind.Annulment when question.Status == QuestionStatus.Annulled => Decision.Conflict("The question is annulled already."),
            _ when question.Status == QuestionStatus.Draft => Decision.Conflict("A draft has no outcome; open the question first."),
            _ => Decision.Of(annuls && proposal.Kind == ProposalKind.Resolution ? proposal with { Kind = ProposalKind.Annulment } : proposal),
        };
    }

    /// <summary>Confirms what waits. Refused to the person who proposed it, whatever their roles.</summary>
    public static Decision Confirm(Question question, string confirmedBy)
    {
        if (question.Proposal is not { } p) return Decision.Conflict("Nothing is proposed that could be confirmed.");
        if (p.ProposedBy == confirmedBy) return Decision.Forbidden("A resolution is confirmed by another person than the one who proposed it.");
        if (p.Outcome == OutcomeText.Annulled) return Decision.Of(new QuestionAnnulled(p.KnownAt, p.Reason, p.Evidence, p.ProposedBy, confirmedBy));
        return Decision.Of(p.Kind == ProposalKind.Correction
            ? new ResolutionCorrected(p.Outcome, p.KnownAt, p.Reason, p.Evidence, p.ProposedBy, confirmedBy)
            : new QuestionResolved(p.Outcome, p.KnownAt, p.Reason, p.Evidence, p.ProposedBy, confirmedBy));
    }

    /// <summary>Rejects what waits. Refused to the person who proposed it.</summary>
    public static Decision Reject(Question question, string reason, string rejectedBy)
    {
        if (question.Proposal is not { } p) return Decision.Conflict("Nothing is proposed that could be rejected.");
        if (reason.Length is 0 or > 5_000) return Decision.Invalid("reason", "Give a reason of 1 to 5,000 characters.");
        return p.ProposedBy == rejectedBy
            ? Decision.Forbidden("A proposal is rejected by another person than the one who made it.")
            : Decision.Of(new ResolutionRejected(reason, rejectedBy));
    }

    public static Decision Dispute(Question question, string reason, string disputedBy)
    {
        if (reason.Length is 0 or > 5_000) return Decision.Invalid("reason", "Give a reason of 1 to 5,000 characters.");
        if (question.Disputed) return Decision.Conflict("The resolution is disputed already.");
        return question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled
            ? Decision.Of(new ResolutionDisputed(reason, disputedBy))
            : Decision.Conflict("There is no resolution yet that could be disputed.");
    }

    /// <summary>What follows for a conditional question from the outcome of its condition: annulment where the condition failed.</summary>
    public static Decision FollowCondition(Question dependant, Question condition)
    {
        if (dependant.Condition is not { } wanted || condition.Resolution is not { } resolution) return Decision.Of();
        if (dependant.Status is QuestionStatus.Annulled or QuestionStatus.Draft || wanted.Outcome == resolution.Outcome) return Decision.Of();
        return Decision.Of(new QuestionAnnulled(
            resolution.KnownAt,
            $"The condition failed: {condition.Slug} came out {resolution.Outcome}, not {wanted.Outcome}.",
            resolution.Evidence,
            resolution.ProposedBy,
            resolution.ConfirmedBy));
    }

    private static string Expected(Question question) => question.Type switch
    {
        QuestionType.Numeric => "It wants a number within the range.",
        QuestionType.Date => "It wants a date (2017-06-05) within the range.",
        _ => $"It wants one of: {string.Join(", ", question.Options)}; or annulled.",
    };
}
