using System.Globalization;
using Domain.Questions;
using Domain.Resolutions;

namespace Domain.Resolving;

/// <summary>How an outcome comes to stand: one person proposes it, another confirms it.</summary>
public static class ResolutionDecisions
{
    /// <summary>The most characters of a reason.</summary>
    public const int MaxReason = 5_000;

    /// <summary>The most pieces of evidence.</summary>
    public const int MaxEvidence = 50;

    /// <summary>The most characters of a piece of evidence.</summary>
    public const int MaxEvidenceText = 2_000;

    /// <summary>Proposes an outcome, a correction of one, an annulment, or that an outcome be taken back.</summary>
    /// <param name="question">The question as it stands.</param>
    /// <param name="proposal">What is proposed. The outcome <c>annulled</c> makes it an annulment and <c>unresolved</c> a taking back, whatever its kind
    /// says.</param>
    /// <param name="now">The instant of the command.</param>
    /// <remarks>
    /// An outcome needs evidence. An annulment and a taking back need only a reason, because what supports them may lie in the question itself.
    /// </remarks>
    public static Decision Propose(Question question, ResolutionProposed proposal, DateTimeOffset now)
    {
        proposal = proposal with { Kind = KindOf(proposal) };
        if (question.Proposal is not null)
            return Decision.Conflict("A proposal already waits; confirm or reject it first.");
        if (proposal.Reason.Length is 0 or > MaxReason)
            return NoReason(proposal.Reason);
        if (proposal.Evidence.Fault(MaxEvidence, MaxEvidenceText) is { } fault)
        {
            return Decision.Invalid("evidence", $"Evidence is a list of at most {MaxEvidence} entries of 1 to {MaxEvidenceText:N0} characters; {fault}.");
        }

        if (proposal.KnownAt > now)
        {
            return Decision.Invalid(
                "knownAt",
                $"The outcome is known already, so its time cannot lie ahead: {Instants.Format(proposal.KnownAt)} comes after {Instants.Format(now)}."
            );
        }

        if (proposal.Kind is ProposalKind.Resolution or ProposalKind.Correction)
        {
            if (proposal.KnownAt < question.OpensAt)
            {
                return Decision.Invalid(
                    "knownAt",
                    $"The outcome cannot have been known before the question opened: {Instants.Format(proposal.KnownAt)} lies before "
                        + $"{Instants.Format(question.OpensAt)}."
                );
            }

            if (OutcomeText.Canonical(question, proposal.Outcome) is not { } outcome || OutcomeText.IsReserved(outcome))
                return NoOutcome(question, proposal.Outcome);
            proposal = proposal with { Outcome = outcome };
            if (proposal.Evidence.Count == 0)
                return Decision.Invalid("evidence", "Name at least one piece of evidence for the outcome.");
        }

        return Standing(question, proposal.Kind) ?? Decision.Of(proposal);
    }

    /// <summary>Confirms what waits. Refused to the person who proposed it, whatever their roles.</summary>
    public static Decision Confirm(Question question, string confirmedBy)
    {
        if (question.Proposal is not { } p)
            return Decision.Conflict("Nothing is proposed that could be confirmed.");
        if (p.ProposedBy == confirmedBy)
            return Decision.Forbidden("A resolution is confirmed by another person than the one who proposed it.");
        var outcome = OutcomeText.OfRecord(question, p.Outcome, p.KnownAt);
        return Decision.Of(
            KindOf(p) switch
            {
                ProposalKind.Annulment => new QuestionAnnulled(p.KnownAt, p.Reason, p.Evidence, p.ProposedBy, confirmedBy),
                ProposalKind.TakingBack => new ResolutionTakenBack(p.Reason, confirmedBy, p.ProposedBy, p.Evidence, p.KnownAt),
                ProposalKind.Correction => new ResolutionCorrected(outcome, p.KnownAt, p.Reason, p.Evidence, p.ProposedBy, confirmedBy),
                _ => new QuestionResolved(outcome, p.KnownAt, p.Reason, p.Evidence, p.ProposedBy, confirmedBy),
            }
        );
    }

    /// <summary>Rejects what waits. Refused to the person who proposed it.</summary>
    public static Decision Reject(Question question, string reason, string rejectedBy)
    {
        if (question.Proposal is not { } p)
            return Decision.Conflict("Nothing is proposed that could be rejected.");
        if (reason.Length is 0 or > MaxReason)
            return NoReason(reason);
        return p.ProposedBy == rejectedBy
            ? Decision.Forbidden("A proposal is rejected by another person than the one who made it.")
            : Decision.Of(new ResolutionRejected(reason, rejectedBy));
    }

    /// <summary>
    /// Marks the outcome as disputed. It stands until it is corrected, annulled or taken back; a correction that names it again upholds it.
    /// </summary>
    public static Decision Dispute(Question question, string reason, string disputedBy)
    {
        if (reason.Length is 0 or > MaxReason)
            return NoReason(reason);
        if (question.Status is not (QuestionStatus.Resolved or QuestionStatus.Annulled))
            return Decision.Conflict("There is no resolution yet that could be disputed.");
        return question.Disputed ? Decision.Conflict("The resolution is disputed already.") : Decision.Of(new ResolutionDisputed(reason, disputedBy));
    }

    /// <summary>What follows for a conditional question from its condition as it stands.</summary>
    /// <remarks>
    /// It is annulled once the condition came out otherwise or was annulled, whatever its own outcome was. Should the condition be corrected or
    /// taken back so that it no longer fails, the annulment ends, and an outcome that two people had confirmed before it stands again. What people
    /// annulled stays annulled. The second call with the same arguments returns no events.
    /// </remarks>
    public static Decision FollowCondition(Question dependant, Question condition)
    {
        if (dependant.Condition is not { } wanted || dependant.Status == QuestionStatus.Draft)
            return Decision.Of();
        var failed = condition.Resolution is { } known && !CameOut(condition, wanted.Outcome, known);
        if (failed && dependant.Status != QuestionStatus.Annulled)
        {
            var because = condition.Resolution!;
            return Decision.Of(
                new QuestionAnnulled(
                    because.KnownAt,
                    $"The condition failed: {condition.Slug} came out {because.Outcome}, not {wanted.Outcome}.",
                    because.Evidence,
                    because.ProposedBy,
                    because.ConfirmedBy,
                    condition.Slug
                )
            );
        }

        if (failed || dependant.Resolution?.FailedCondition is null)
            return Decision.Of();
        var takenBack = new ResolutionTakenBack(
            condition.Resolution is { } now
                ? $"The condition came true after all: {condition.Slug} came out {now.Outcome}."
                : $"The condition is open again: the outcome of {condition.Slug} was taken back.",
            condition.Id
        );
        return dependant.SetAside is { } before
            ? Decision.Of(
                takenBack,
                new QuestionResolved(
                    before.Outcome,
                    before.KnownAt,
                    before.Reason,
                    before.Evidence,
                    before.ProposedBy,
                    before.ConfirmedBy,
                    before.Imported,
                    before.Claims
                )
            )
            : Decision.Of(takenBack);
    }

    private static ProposalKind KindOf(ResolutionProposed proposal) =>
        (proposal.Kind, proposal.Outcome) switch
        {
            (ProposalKind.Resolution or ProposalKind.Correction, OutcomeText.Annulled) => ProposalKind.Annulment,
            (ProposalKind.Correction, OutcomeText.Unresolved) => ProposalKind.TakingBack,
            _ => proposal.Kind,
        };

    /// <summary>What in the question's state stands in the way of such a proposal; null where nothing does.</summary>
    private static Decision? Standing(Question question, ProposalKind kind)
    {
        var settled = question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled;
        if (question.Status == QuestionStatus.Draft)
            return Decision.Conflict("A draft has no outcome; open the question first.");
        if (settled && question.Resolution?.FailedCondition is { } condition)
        {
            return Decision.Conflict($"The question is void because its condition failed; correct the outcome of {condition} instead.");
        }

        return kind switch
        {
            ProposalKind.Correction when !settled => Decision.Conflict("There is no resolution yet that could be corrected; propose one."),
            ProposalKind.TakingBack when !settled => Decision.Conflict("There is no resolution yet that could be taken back."),
            ProposalKind.Resolution when settled => Decision.Conflict("The question has an outcome; propose a correction of it instead."),
            ProposalKind.Annulment when question.Status == QuestionStatus.Annulled => Decision.Conflict("The question is annulled already."),
            _ => null,
        };
    }

    // A condition cannot name an outcome by degrees.
    private static bool CameOut(Question question, string wanted, Resolution resolution) =>
        OutcomeText.Parse(question, OutcomeText.OfRecord(question, resolution.Outcome, resolution.KnownAt)) is { } came
        && came == OutcomeText.Parse(question, OutcomeText.OfRecord(question, wanted, resolution.KnownAt));

    private static Decision NoReason(string reason) =>
        Decision.Invalid("reason", $"Give a reason of 1 to {MaxReason:N0} characters; this has {reason.Size()}.");

    private static Decision NoOutcome(Question question, string outcome)
    {
        if (question.Options.Count > 0 && PartialOutcome.IsMeant(outcome) && PartialOutcome.Parse(question, outcome, out var problem) is null)
            return Decision.Invalid("outcome", problem!);
        return Decision.Invalid("outcome", $"'{outcome.Shortened(60)}' is no outcome of this question. {Expected(question)}");
    }

    private static string Number(double bound) => bound.ToString("R", CultureInfo.InvariantCulture);

    private static string Expected(Question question) =>
        question.Type.Form() switch
        {
            OutcomeForm.Number => $"It wants a number{Within(question, r => Number(r.Min), r => Number(r.Max))}.",
            OutcomeForm.Date => $"It wants {Instants.Expected}{Within(question, r => OutcomeText.FormatDay(r.Min), r => OutcomeText.FormatDay(r.Max))}.",
            OutcomeForm.Option when question.Options.Count < 2 => "It has no options yet.",
            OutcomeForm.Option => $"It wants one of: {string.Join(", ", question.Options)}; a degree for each that holds in part, such as "
                + $$"""{"{{question.Options[0]}}":0.6,"{{question.Options[1]}}":0.4}; or annulled.""",
        };

    private static string Within(Question question, Func<QuestionRange, string> min, Func<QuestionRange, string> max) =>
        question.Range switch
        {
            { OpenLower: false, OpenUpper: false } r => $", from {min(r)} to {max(r)}",
            { OpenLower: false } r => $", {min(r)} at least",
            { OpenUpper: false } r => $", {max(r)} at most",
            _ => "",
        };
}
