using Store.Importing;

namespace Worker.Importing;

/// <summary>What the cells of a column hold.</summary>
public enum ColumnForm
{
    /// <summary>A text, a number, or true or false.</summary>
    Value,

    /// <summary>A list of texts, separated by <c>|</c> in CSV.</summary>
    List,

    /// <summary>JSON of any form, or a text.</summary>
    Json,
}

/// <summary>The columns of importable files. Exports add those after the first few, so that nothing is lost.</summary>
public static class ImportColumns
{
    /// <summary>What exports add about the record that a row was taken from (see <see cref="RecordColumns"/>).</summary>
    public static IReadOnlyList<string> OfTheRecord { get; } = ["event_id", "recorded_at", "imported"];

    /// <summary>What exports add for forecasts only.</summary>
    internal const string AfterOutcome = "after_outcome";

    private static readonly string[] Questions =
    [
        "question",
        "title",
        "type",
        "opens_at",
        "closes_at",
        "resolves_by",
        "options",
        "range_min",
        "range_max",
        "range_open",
        "spot_at",
        "tags",
        "group",
        "criteria",
        "background",
        "unit",
        "source_document",
        "source_locator",
        "condition_question",
        "condition_outcome",
        "status_quo",
        "status",
        "clarifications",
        "evidence",
        "stopped_at",
    ];

    private static readonly string[] Forecasts =
    [
        "question",
        "forecaster",
        "made_at",
        "probability",
        "option",
        "value",
        "rationale",
        "withdrawn",
        "kind",
        "expires_at",
        "evidence",
        "term",
        "scale",
        "scale_version",
        "term_lower",
        "term_upper",
        "seal",
        "revealed_at",
    ];

    private static readonly string[] Outcomes = ["question", "outcome", "known_at", "source", "reason", "evidence", "proposed_by", "confirmed_by"];

    private static readonly string[] ReadableQuestions = [.. Questions, .. OfTheRecord];
    private static readonly string[] ReadableForecasts = [.. Forecasts, .. OfTheRecord, AfterOutcome];
    private static readonly string[] ReadableOutcomes = [.. Outcomes, .. OfTheRecord];

    /// <summary>The columns of a kind of file, without those of the record.</summary>
    public static IReadOnlyList<string> Of(ImportKind kind) =>
        kind switch
        {
            ImportKind.Questions => Questions,
            ImportKind.Forecasts => Forecasts,
            _ => Outcomes,
        };

    /// <summary>All columns that a kind of file can have: its own, then those of the record.</summary>
    public static IReadOnlyList<string> Readable(ImportKind kind) =>
        kind switch
        {
            ImportKind.Questions => ReadableQuestions,
            ImportKind.Forecasts => ReadableForecasts,
            _ => ReadableOutcomes,
        };

    /// <summary>The contents of a column's cells.</summary>
    public static ColumnForm FormOf(ImportKind kind, string column) =>
        (kind, column) switch
        {
            (ImportKind.Questions, "options" or "range_open" or "tags") or (ImportKind.Forecasts or ImportKind.Outcomes, "evidence") => ColumnForm.List,
            (ImportKind.Questions, "clarifications" or "evidence") or (ImportKind.Outcomes, "outcome") => ColumnForm.Json,
            _ => ColumnForm.Value,
        };

    /// <summary>The columns without which no row can be read.</summary>
    public static IReadOnlyList<string> Needed(ImportKind kind) =>
        kind switch
        {
            ImportKind.Questions => ["question", "title", "type", "opens_at", "closes_at"],
            ImportKind.Forecasts => ["question", "forecaster", "made_at"],
            _ => ["question", "outcome", "known_at"],
        };

    /// <summary>What is wrong with a file's columns; null if nothing is.</summary>
    public static string? Check(ImportKind kind, IReadOnlyList<string> header)
    {
        var known = Readable(kind);
        if (header.Any(c => c.AsSpan().IndexOfAny(StrictUtf8.Mark, '\0') >= 0))
            return "The first line is not UTF-8; save the file in UTF-8 and send it again.";
        if (header.Any(string.IsNullOrWhiteSpace))
            return "The first line names the columns, and one of them has no name.";
        if (header.FirstOrDefault(c => !known.Contains(c)) is { } unknown)
            return $"There is no column '{RowValues.Shortened(unknown)}'; there are {string.Join(", ", known)}.";
        if (header.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
            return $"The column '{twice}' is named twice.";
        return Needed(kind).FirstOrDefault(c => !header.Contains(c)) is { } missing
            ? $"The first line names the columns, and '{missing}' is not among them."
            : null;
    }
}
