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
    ProposalKind Kind,
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy
);

public sealed record ResolutionRejected(string Reason, string RejectedBy);

/// <summary>Who proposed and who confirmed an outcome, as a log of history claims it: nobody here has checked that they did.</summary>
/// <param name="ProposedBy">Null where the log names nobody.</param>
/// <param name="ConfirmedBy">Null where the log names nobody.</param>
public sealed record ClaimedNames(string? ProposedBy, string? ConfirmedBy)
{
    /// <summary>What a record claims; null where it was made here.</summary>
    /// <param name="imported">Whether the record was imported.</param>
    /// <param name="claims">What it says was claimed; null in what earlier versions recorded, where the claimed names stand in the place of the real ones.</param>
    /// <param name="proposedBy">The record's proposer.</param>
    /// <param name="confirmedBy">The record's confirmer.</param>
    public static ClaimedNames? Of(bool imported, ClaimedNames? claims, string? proposedBy, string? confirmedBy) =>
        imported ? claims ?? new ClaimedNames(proposedBy, confirmedBy) : null;
}

/// <summary>The question has an outcome.</summary>
/// <param name="Outcome">In its one spelling (<see cref="OutcomeText.Format"/>); what earlier versions recorded, as it was written.</param>
/// <param name="KnownAt">The instant from which the outcome was known to the world.</param>
/// <param name="ProposedBy">Who proposed it; of an imported outcome, who imported it.</param>
/// <param name="ConfirmedBy">Who confirmed it; of an imported outcome, who imported it.</param>
/// <param name="Imported">Whether it comes from a log of history, and stands without a second person.</param>
/// <param name="Claims">Whom the log names; null for what was decided here, and in what earlier versions imported (<see cref="ClaimedNames.Of"/>).</param>
public sealed record QuestionResolved(
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    bool Imported = false,
    ClaimedNames? Claims = null
);

public sealed record ResolutionDisputed(string Reason, string DisputedBy);

/// <summary>The question has another outcome than the one that stood, or the same from another instant on.</summary>
/// <inheritdoc cref="QuestionResolved"/>
public sealed record ResolutionCorrected(
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    bool Imported = false,
    ClaimedNames? Claims = null
);

/// <summary>The question has no outcome any more: neither the one that stood nor, where it was annulled, its annulment.</summary>
/// <param name="TakenBackBy">Who confirmed it; the stream of the condition where an annulment ended because the condition no longer fails.</param>
/// <param name="ProposedBy">Who proposed it, where two people did it.</param>
/// <param name="KnownAt">The instant from which it was known not to hold, where an imported log says so.</param>
/// <param name="Claims">Whom an imported log names (<see cref="ClaimedNames.Of"/>).</param>
public sealed record ResolutionTakenBack(
    string Reason,
    string TakenBackBy,
    string? ProposedBy = null,
    IReadOnlyList<string>? Evidence = null,
    DateTimeOffset? KnownAt = null,
    bool Imported = false,
    ClaimedNames? Claims = null
);

/// <summary>The question is void.</summary>
/// <param name="FailedCondition">The question whose outcome made this one void; null where two people annulled it.</param>
/// <param name="Claims">Whom an imported log names (<see cref="ClaimedNames.Of"/>).</param>
public sealed record QuestionAnnulled(
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    string? FailedCondition = null,
    bool Imported = false,
    ClaimedNames? Claims = null
);
