namespace Domain.Resolutions;

/// <summary>What a proposal would do once another person confirms it.</summary>
public enum ProposalKind
{
    Resolution,
    Correction,
    Annulment,
}

/// <summary>An outcome that waits for a second person.</summary>
/// <param name="Outcome">The outcome as text: an option, a number, a date, or <c>annulled</c>.</param>
/// <param name="KnownAt">The instant from which the outcome was known to the world.</param>
public sealed record ResolutionProposed(
    ProposalKind Kind, string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy);

public sealed record ResolutionRejected(string Reason, string RejectedBy);

public sealed record QuestionResolved(
    string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy, string ConfirmedBy, bool Imported = false);

public sealed record ResolutionDisputed(string Reason, string DisputedBy);

public sealed record ResolutionCorrected(
    string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy, string ConfirmedBy, bool Imported = false);

public sealed record ResolutionTakenBack(string Reason, string TakenBackBy, DateTimeOffset? KnownAt = null, bool Imported = false);

public sealed record QuestionAnnulled(
    DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy, string ConfirmedBy, bool Imported = false);
