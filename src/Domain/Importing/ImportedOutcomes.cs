using Domain.Questions;
using Domain.Resolutions;
using Domain.Resolving;

namespace Domain.Importing;

/// <summary>An outcome as a log of history claims it.</summary>
/// <param name="Outcome">As text; <see cref="OutcomeText.Unresolved"/> takes back what stood.</param>
/// <param name="KnownAt">The instant from which it was known, or from which it was known not to hold.</param>
/// <param name="Reason">Why, in 1 to 5,000 characters.</param>
/// <param name="Evidence">What the log names as evidence; empty where it names none.</param>
/// <param name="ProposedBy">Whom the log names as the proposer, a claim that nobody here has checked; null where it names nobody.</param>
/// <param name="ConfirmedBy">Whom the log names as the confirmer, a claim likewise; null where it names nobody.</param>
public sealed record ClaimedOutcome(
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string? ProposedBy = null,
    string? ConfirmedBy = null
);

/// <summary>
/// Outcomes that come from a log of history, in the order in which they were logged. They are decided as proposals are, but stand without
/// the confirmation of a second person. The importer answers for them, and their events say that they were imported.
/// </summary>
public static class ImportedOutcomes
{
    /// <summary>The claim in the outcome's one spelling; as it is where the question cannot come out so.</summary>
    public static ClaimedOutcome Spelled(Question question, ClaimedOutcome claim) =>
        OutcomeText.ParseCell(question, claim.Outcome) is { } outcome ? claim with { Outcome = OutcomeText.Format(question, outcome) } : claim;

    /// <summary>The event that a claim brings about; none where the question stands so already.</summary>
    /// <param name="question">The question as it stands. One that was asked here takes no claims: two people resolve it.</param>
    /// <param name="claim">What the log says.</param>
    /// <param name="importer">Who imports it, and answers for it.</param>
    /// <param name="now">The instant of the import.</param>
    public static Decision Log(Question question, ClaimedOutcome claim, string importer, DateTimeOffset now)
    {
        if (!question.Imported)
            return Decision.Invalid(
                "question",
                $"'{question.Slug}' was asked here, and a live question is resolved by two people: propose its outcome, and have it confirmed."
            );
        claim = Spelled(question, claim);
        var settled = question.Status is QuestionStatus.Resolved or QuestionStatus.Annulled;
        if (claim.Outcome == OutcomeText.Unresolved && !settled)
            return Decision.Of();
        if (question.Type.MayLeaveOptionsToForecasts() && question.Options.Count == 0 && !OutcomeText.IsReserved(claim.Outcome))
        {
            return Decision.Conflict("The question has no options yet: import the forecasts that name them first.");
        }

        if (
            question.Resolution is { } stands
            && settled
            && stands.KnownAt == claim.KnownAt
            && OutcomeText.OfRecord(question, stands.Outcome, stands.KnownAt) == claim.Outcome
        )
            return Decision.Of();
        // Where the log names no evidence, the log itself is the evidence.
        IReadOnlyList<string> evidence = claim.Evidence.Count > 0 ? claim.Evidence : ["the log"];
        var kind = settled ? ProposalKind.Correction : ProposalKind.Resolution;
        // An annulment that was known from another instant corrects the one that stands. Two people would take that one back first.
        var before = question is { Status: QuestionStatus.Annulled, Resolution.FailedCondition: null }
            ? question with
            {
                Status = QuestionStatus.Resolved,
            }
            : question;
        var decision = ResolutionDecisions.Propose(before, new ResolutionProposed(kind, claim.Outcome, claim.KnownAt, claim.Reason, evidence, importer), now);
        if (decision.IsRefused)
            return decision;
        var claims = new ClaimedNames(claim.ProposedBy, claim.ConfirmedBy);
        return Decision.Of(
            (decision.Events[0] is ResolutionProposed { Kind: var decided } ? decided : kind) switch
            {
                ProposalKind.Annulment => new QuestionAnnulled(claim.KnownAt, claim.Reason, claim.Evidence, importer, importer, Imported: true, Claims: claims),
                ProposalKind.TakingBack => new ResolutionTakenBack(
                    claim.Reason,
                    importer,
                    importer,
                    claim.Evidence,
                    claim.KnownAt,
                    Imported: true,
                    Claims: claims
                ),
                ProposalKind.Correction => new ResolutionCorrected(
                    claim.Outcome,
                    claim.KnownAt,
                    claim.Reason,
                    claim.Evidence,
                    importer,
                    importer,
                    Imported: true,
                    Claims: claims
                ),
                _ => new QuestionResolved(claim.Outcome, claim.KnownAt, claim.Reason, claim.Evidence, importer, importer, Imported: true, Claims: claims),
            }
        );
    }
}
