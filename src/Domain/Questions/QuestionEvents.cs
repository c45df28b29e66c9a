using System.Text.Json.Serialization;

namespace Domain.Questions;

/// <summary>The document that a question was drawn from, and where in it.</summary>
/// <param name="Document">The name or title of the document.</param>
/// <param name="Locator">Where in the document, such as a page or a paragraph; empty where nothing says so.</param>
public sealed record QuestionSource(string Document, string Locator);

/// <summary>A question is asked only in the case that another question has a certain outcome. Otherwise it is annulled.</summary>
/// <param name="Question">The slug of the question on which this one depends.</param>
/// <param name="Outcome">The outcome that the other question must have, as text.</param>
public sealed record QuestionCondition(string Question, string Outcome);

/// <summary>A question was written. It takes no forecasts before it is opened.</summary>
/// <param name="Slug">The name of the question in addresses: 1 to 80 characters of a to z, 0 to 9 and <c>-</c>. It never changes.</param>
/// <param name="Title">What is asked, in one line of 1 to 1,000 characters.</param>
/// <param name="Background">What a forecaster should know first; may be empty.</param>
/// <param name="ResolutionCriteria">How the outcome will be decided. Empty only for an imported question.</param>
/// <param name="Type">The kind of answer.</param>
/// <param name="Options">
/// The options in their order: <c>yes</c> and <c>no</c> for a binary question, none for a number or a date, and none yet for an imported question whose
/// file names none.
/// </param>
/// <param name="Range">The range of a number or a date; null for a question with options.</param>
/// <param name="Unit">The unit of a number, such as <c>%</c>; null where there is none.</param>
/// <param name="OpensAt">The instant from which forecasts are taken, included; UTC. The scheduled lifetime begins here.</param>
/// <param name="ClosesAt">The instant from which forecasts are no longer taken; UTC. The scheduled lifetime ends just before it.</param>
/// <param name="ResolvesBy">The instant by which the outcome should be known, included; at the close or later; UTC.</param>
/// <param name="SpotAt">
/// The instant of the spot scores, after the opening and not after <paramref name="ResolvesBy"/>; null for the default (<c>docs/scoring.md</c>).
/// </param>
/// <param name="Tags">At most 20 tags, in the order in which they were given. The first one decides which earlier questions a base rate counts.</param>
/// <param name="Source">The document from which the question was drawn; null where there is none.</param>
/// <param name="Condition">The condition under which the question is asked; null where it is asked in any case.</param>
/// <param name="Group">The name of a group of related questions, which statistics resample as a whole; null where the question stands alone.</param>
/// <param name="StatusQuo">The outcome that comes about if nothing changes, as text; null where none is named.</param>
/// <param name="Imported">Whether the question comes from a file of history.</param>
public sealed record QuestionDrafted(
    string Slug,
    string Title,
    string Background,
    string ResolutionCriteria,
    QuestionType Type,
    IReadOnlyList<string> Options,
    QuestionRange? Range,
    string? Unit,
    DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt,
    DateTimeOffset ResolvesBy,
    DateTimeOffset? SpotAt,
    IReadOnlyList<string> Tags,
    QuestionSource? Source,
    QuestionCondition? Condition,
    string? Group,
    string? StatusQuo,
    bool Imported = false
);

/// <summary>A question was edited: a draft in all that it was drafted with but its slug, any other question in its title, background, tags and group.</summary>
/// <param name="Before">What changed, as it was; a field that did not change is null here and in <paramref name="After"/>.</param>
/// <param name="After">What changed, as it is from now on; what was cleared is null.</param>
public sealed record QuestionEdited(QuestionFields Before, QuestionFields After);

/// <summary>A draft was dropped. There is no such question from then on, and its slug is not given out again.</summary>
/// <param name="DroppedAt">When it was dropped, UTC.</param>
public sealed record DraftDropped(DateTimeOffset DroppedAt);

/// <summary>An imported question whose file names no options took them from the first forecast on it.</summary>
/// <param name="Options">The options in their order.</param>
/// <param name="Imported">Always true: only an imported question can lack options.</param>
public sealed record OptionsNamed(IReadOnlyList<string> Options, bool Imported = true);

/// <summary>A draft was opened: its criteria can no longer be changed, only clarified, and it takes forecasts from its opening time on.</summary>
/// <param name="OpenedAt">When it was opened, UTC. Forecasts are taken from the opening time of the draft on, which may lie later.</param>
/// <param name="Imported">Whether the question comes from a file of history.</param>
/// <param name="StoppedAt">
/// The first instant before the close from which it took no forecasts where it was asked, for good or for a time, UTC; null where nothing says so, and for a
/// question that was asked here.
/// </param>
public sealed record QuestionOpened(
    DateTimeOffset OpenedAt,
    bool Imported = false,
    // Left out where there is none, so that the JSON of all other openings is what it was.
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? StoppedAt = null
);

/// <summary>A clarification was added to the resolution criteria. It never rewrites them.</summary>
/// <param name="Text">The clarification, 1 to 5,000 characters.</param>
/// <param name="ClarifiedAt">When it was added, UTC.</param>
public sealed record CriteriaClarified(string Text, DateTimeOffset ClarifiedAt);

/// <summary>The close of a question that had not closed was moved.</summary>
/// <param name="ClosesAt">The new instant from which no forecasts are taken, UTC. It lay ahead when it was set.</param>
/// <param name="Reason">Why, at most 5,000 characters; may be empty.</param>
public sealed record CloseRescheduled(DateTimeOffset ClosesAt, string Reason);

/// <summary>The question takes no forecasts any more, and does not open again.</summary>
/// <param name="ClosedAt">The instant from which no forecasts are taken, UTC: the scheduled close, or an earlier one by hand.</param>
/// <param name="Imported">Whether the question comes from a file of history.</param>
public sealed record QuestionClosed(DateTimeOffset ClosedAt, bool Imported = false);

/// <summary>Something happened in the world that bears on the question.</summary>
/// <param name="OccurredAt">When it happened in the world, UTC. It never lies ahead of the record.</param>
/// <param name="Title">What happened, 1 to 500 characters.</param>
/// <param name="Source">Who reports it, 1 to 500 characters.</param>
/// <param name="Url">The address of the report, http or https; null where there is none.</param>
public sealed record EvidenceLogged(DateTimeOffset OccurredAt, string Title, string Source, string? Url);
