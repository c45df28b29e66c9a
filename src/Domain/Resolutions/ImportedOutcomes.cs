using Domain.Questions;

namespace Domain.Resolutions;

/// <summary>An outcome as a log of history claims it.</summary>
/// <param name="Outcome">As text; <see cref="OutcomeText.Unresolved"/> takes back what stood.</param>
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
    /// <summary>The event that a claim brings about; none where the question stands so already.</summary>
    public static Decision Log(Question question, ClaimedOutcome claim, string importer, DateTimeOffset now)
    {
        var settled = question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled;
        if (claim.Outcome == OutcomeText.Unresolved && !settled) return Decision.Of();
        if (question.Type == QuestionType.MultipleChoice && question.Options.Count == 0 && !OutcomeText.IsReserved(claim.Outcome))
        {
            return Decision.Conflict("The question has no options yet: import the forecasts that name them first.");
        }

        if (question.Resolution is { } stands && settled && stands.Outcome == claim.Outcome && stands.KnownAt == claim.KnownAt) return Decision.Of();
        var (proposedBy, confirmedBy) = (claim.ProposedBy ?? importer, claim.ConfirmedBy ?? importer);
        // The log is the evidence where it names none.
        IReadOnlyList<string> evidence = claim.Evidence.Count > 0 ? claim.Evidence : [claim.Reason.Shortened(200)];
        var kind = settled ? ProposalKind.Correction : ProposalKind.Resolution;
        var decision = ResolutionDecisions.Propose(question, new ResolutionProposed(kind, claim.Outcome, claim.KnownAt, claim.Reason, evidence, proposedBy), now);
        if (decision.IsRefused) return decision;
        return Decision.Of(((ResolutionProposed)decision.Events[0]).Kind switch
        {
            ProposalKind.Annulment => new QuestionAnnulled(claim.KnownAt, claim.Reason, claim.Evidence, proposedBy, confirmedBy, Imported: true),
            ProposalKind.TakingBack => new ResolutionTakenBack(claim.Reason, confirmedBy, proposedBy, claim.Evidence, claim.KnownAt, Imported: true),
            ProposalKind.Correction => new ResolutionCorrected(claim.Outcome, claim.KnownAt, claim.Reason, claim.Evidence, proposedBy, confirmedBy, Imported: true),
            _ => new QuestionResolved(claim.Outcome, claim.KnownAt, claim.Reason, claim.Evidence, proposedBy, confirmedBy, Imported: true),
        });
    }
}
