using Domain.Questions;

namespace Domain.Resolutions;

/// <summary>An outcome as a log of history claims it.</summary>
/// <param name="Outcome">As text; <see cref="ImportedOutcomes.Unresolved"/> takes back what stood.</param>
/// <param name="KnownAt">The instant from which it was known, or from which it was known not to hold.</param>
/// <param name="Reason">Why, in 1 to 5,000 characters.</param>
public sealed record ClaimedOutcome(
    string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string? ProposedBy = null, string? ConfirmedBy = null);

/// <summary>
/// Outcomes that come from a log of history, in the order in which they were logged. They are decided as a proposal is, but stand without a
/// second person's confirmation: whoever imports answers for them, and their events say that they were imported.
/// </summary>
public static class ImportedOutcomes
{
    /// <summary>The word that takes an outcome back.</summary>
    public const string Unresolved = "unresolved";

    /// <summary>The event that a claim brings about; none where the question stands so already.</summary>
    public static Decision Log(Question question, ClaimedOutcome claim, string importer, DateTimeOffset now)
    {
        var settled = question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled;
        if (claim.Outcome == Unresolved)
        {
            if (claim.KnownAt > now) return Decision.Invalid("knownAt", "The outcome was taken back already: its time cannot lie ahead.");
            if (question.Proposal is not null) return Decision.Conflict("A proposal waits for a second person; confirm or reject it first.");
            return settled ? Decision.Of(new ResolutionTakenBack(claim.Reason, importer, claim.KnownAt, Imported: true)) : Decision.Of();
        }

        if (question.Type == QuestionType.MultipleChoice && question.Options.Count == 0 && claim.Outcome != OutcomeText.Annulled)
        {
            return Decision.Conflict("The question has no options yet: import the forecasts that name them first.");
        }

        if (question.Resolution is { } stands && settled && stands.Outcome == claim.Outcome && stands.KnownAt == claim.KnownAt) return Decision.Of();
        var (proposedBy, confirmedBy) = (claim.ProposedBy ?? importer, claim.ConfirmedBy ?? importer);
        var kind = claim.Outcome == OutcomeText.Annulled ? ProposalKind.Annulment : settled ? ProposalKind.Correction : ProposalKind.Resolution;
        if (kind == ProposalKind.Annulment && question.Status == QuestionStatus.Annulled) kind = ProposalKind.Correction;
        var proposal = new ResolutionProposed(kind, claim.Outcome, claim.KnownAt, claim.Reason, claim.Evidence, proposedBy);
        var decision = ResolutionDecisions.Propose(question, proposal, now);
        if (decision.IsRefused) return decision;
        return Decision.Of(claim.Outcome == OutcomeText.Annulled
            ? new QuestionAnnulled(claim.KnownAt, claim.Reason, claim.Evidence, proposedBy, confirmedBy, Imported: true)
            : settled
                ? new ResolutionCorrected(claim.Outcome, claim.KnownAt, claim.Reason, claim.Evidence, proposedBy, confirmedBy, Imported: true)
                : new QuestionResolved(claim.Outcome, claim.KnownAt, claim.Reason, claim.Evidence, proposedBy, confirmedBy, Imported: true));
    }
}
