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

/// <summary>An outcome was proposed, and waits for a second person.</summary>
/// <param name="Kind">What would happen on confirmation.</param>
/// <param name="Outcome">The outcome as text: an option, a number, a date, <c>annulled</c>, or <c>unresolved</c> to take one back.</param>
/// <param name="KnownAt">The instant from which the world knew the outcome, included; UTC.</param>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="Evidence">What supports it: at most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ProposedBy">The slug of the proposer, who cannot confirm or reject it.</param>
public sealed record ResolutionProposed(
    ProposalKind Kind,
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy
);

/// <summary>The proposal that waited was rejected. Whatever stood before it stands.</summary>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="RejectedBy">The slug of the person who rejected it: another than the proposer.</param>
public sealed record ResolutionRejected(string Reason, string RejectedBy);

/// <summary>Who proposed and who confirmed an outcome, as a log of history claims it: nobody here has checked that they did.</summary>
/// <param name="ProposedBy">Null where the log names nobody.</param>
/// <param name="ConfirmedBy">Null where the log names nobody.</param>
public sealed record ClaimedNames(string? ProposedBy, string? ConfirmedBy)
{
    /// <summary>What a record claims; null where it was made here.</summary>
    /// <param name="imported">Whether the record was imported.</param>
    /// <param name="claims">What it says was claimed; null in what earlier versions recorded, where the claimed names stand in the place of the real
    /// ones.</param>
    /// <param name="proposedBy">The record's proposer.</param>
    /// <param name="confirmedBy">The record's confirmer.</param>
    public static ClaimedNames? Of(bool imported, ClaimedNames? claims, string? proposedBy, string? confirmedBy) =>
        imported ? claims ?? new ClaimedNames(proposedBy, confirmedBy) : null;
}

/// <summary>The question has an outcome.</summary>
/// <param name="Outcome">The outcome in its one spelling (<see cref="OutcomeText.Format"/>). Earlier versions recorded the text as it was written.</param>
/// <param name="KnownAt">The instant from which the world knew the outcome, included; UTC.</param>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="Evidence">What supports it: at most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ProposedBy">The slug of the proposer; of an imported outcome, of the importer.</param>
/// <param name="ConfirmedBy">The slug of the confirmer; of an imported outcome, of the importer.</param>
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
) : IConfirmedOutcome;

/// <summary>Somebody disputes the outcome. It stands until it is corrected, annulled or taken back.</summary>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="DisputedBy">The slug of the person who disputes it.</param>
public sealed record ResolutionDisputed(string Reason, string DisputedBy);

/// <summary>The question has another outcome than the one that stood, or the same outcome from another instant on.</summary>
/// <param name="Outcome">The outcome in its one spelling (<see cref="OutcomeText.Format"/>). Earlier versions recorded the text as it was written.</param>
/// <param name="KnownAt">The instant from which the world knew the outcome, included; UTC.</param>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="Evidence">What supports it: at most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ProposedBy">The slug of the proposer; of an imported outcome, of the importer.</param>
/// <param name="ConfirmedBy">The slug of the confirmer; of an imported outcome, of the importer.</param>
/// <param name="Imported">Whether it comes from a log of history, and stands without a second person.</param>
/// <param name="Claims">Whom the log names; null for what was decided here, and in what earlier versions imported (<see cref="ClaimedNames.Of"/>).</param>
public sealed record ResolutionCorrected(
    string Outcome,
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    bool Imported = false,
    ClaimedNames? Claims = null
) : IConfirmedOutcome;

/// <summary>The question has no outcome any more: neither the one that stood nor, where it was annulled, its annulment.</summary>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="TakenBackBy">The slug of the confirmer. Where an annulment ends because the condition no longer fails, the stream of that condition.</param>
/// <param name="ProposedBy">The slug of the proposer; null where no person did it.</param>
/// <param name="Evidence">What supports it; null in what earlier versions recorded, and where no person did it.</param>
/// <param name="KnownAt">
/// The instant from which the world knew that the outcome does not hold, included; UTC. Null where nothing says so: then it counts from when it was
/// recorded.
/// </param>
/// <param name="Imported">Whether it comes from a log of history.</param>
/// <param name="Claims">Whom an imported log names (<see cref="ClaimedNames.Of"/>); null for what was decided here.</param>
public sealed record ResolutionTakenBack(
    string Reason,
    string TakenBackBy,
    string? ProposedBy = null,
    IReadOnlyList<string>? Evidence = null,
    DateTimeOffset? KnownAt = null,
    bool Imported = false,
    ClaimedNames? Claims = null
);

/// <summary>The question is void: nothing about it is scored.</summary>
/// <param name="KnownAt">The instant from which the world knew that the question is void, included; UTC.</param>
/// <param name="Reason">Why, 1 to 5,000 characters.</param>
/// <param name="Evidence">What supports it: at most 50 addresses or descriptions of 1 to 2,000 characters.</param>
/// <param name="ProposedBy">
/// The slug of the proposer; of an imported annulment, of the importer; with a failed condition, who proposed the outcome of that question.
/// </param>
/// <param name="ConfirmedBy">The slug of the confirmer, likewise.</param>
/// <param name="FailedCondition">The slug of the question whose outcome made this one void; null where people annulled it.</param>
/// <param name="Imported">Whether it comes from a log of history.</param>
/// <param name="Claims">Whom an imported log names (<see cref="ClaimedNames.Of"/>); null for what was decided here.</param>
public sealed record QuestionAnnulled(
    DateTimeOffset KnownAt,
    string Reason,
    IReadOnlyList<string> Evidence,
    string ProposedBy,
    string ConfirmedBy,
    string? FailedCondition = null,
    bool Imported = false,
    ClaimedNames? Claims = null
) : IConfirmedOutcome
{
    string IConfirmedOutcome.Outcome => OutcomeText.Annulled;
}
