namespace Domain.Questions;

/// <summary>The document that a question was drawn from, and where in it.</summary>
public sealed record QuestionSource(string Document, string Locator);

/// <summary>The question is asked only in the case that another question comes out so; otherwise it is annulled.</summary>
public sealed record QuestionCondition(string Question, string Outcome);

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

/// <summary>An imported question whose file named no options took them from the first forecast on it.</summary>
public sealed record OptionsNamed(IReadOnlyList<string> Options, bool Imported = true);

public sealed record QuestionOpened(DateTimeOffset OpenedAt, bool Imported = false);

public sealed record CriteriaClarified(string Text, DateTimeOffset ClarifiedAt);

public sealed record CloseRescheduled(DateTimeOffset ClosesAt, string Reason);

public sealed record QuestionClosed(DateTimeOffset ClosedAt, bool Imported = false);

/// <summary>Something happened in the world that bears on the question.</summary>
public sealed record EvidenceLogged(DateTimeOffset OccurredAt, string Title, string Source, string? Url);
