namespace Domain.Resolutions;

/// <summary>What a proposal would do once another person confirms it.</summary>
public enum ProposalKind
{
    Resolution,
    Correction,
    Annulment,

    /// <summary>The outcome that stands, also an annulment, is taken back: the question waits for one again.</summary>
    TakingBack,
}

/// <summary>An outcome that waits for a second person.</summary>
/// <param name="Outcome">The outcome as text: an option, a number, a date, <c>annulled</c>, or <c>unresolved</c> to take one back.</param>
/// <param name="KnownAt">The instant from which the outcome was known to the world.</param>
public sealed record ResolutionProposed(
    ProposalKind Kind, string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy);

public sealed record ResolutionRejected(string Reason, string RejectedBy);

public sealed record QuestionResolved(
    string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy, string ConfirmedBy, bool Imported = false);

public sealed record ResolutionDisputed(string Reason, string DisputedBy);

public sealed record ResolutionCorrected(
    string Outcome, DateTimeOffset KnownAt, string Reason, IReadOnlyList<string> Evidence, string ProposedBy, string ConfirmedBy, bool Imported = false);

/// <summary>The question has no outcome any more: neither the one that stood nor, where it was annulled, its annulment.</summary>
/// <param name="TakenBackBy">Who confirmed it; the stream of the condition where an annulment ended because the condition no longer fails.</param>
/// <param name="ProposedBy">Who proposed it, where two people did it.</param>
/// <param name="KnownAt">The instant from which it was known not to hold, where an imported log says so.</param>
public sealed record ResolutionTakenBack(
    string Reason,
    string TakenBackBy,
    string? ProposedBy = null,
    IReadOnlyList<string>? Evidence = null,
    DateTimeOffset? KnownAt = null,
    bool Imported = false);

/// <summary>The question is void.</summary>
/// <param name="FailedCondition">The question whose outcome made this one void; null where two people annulled it.</param>
public sealed record QuestionAnnulled(
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    string? FailedCondition = null,
    bool Imported = false);
