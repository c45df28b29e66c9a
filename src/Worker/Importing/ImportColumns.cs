using Store.Importing;

namespace Worker.Importing;

/// <summary>The columns of the files that can be imported. Those after the first few are what exports add, so that nothing is lost on the way.</summary>
public static class ImportColumns
{
    private static readonly string[] Questions =
    [
        "question", "title", "type", "opens_at", "closes_at", "resolves_by", "options", "range_min", "range_max", "range_open", "spot_at", "tags", "group", "criteria",
        "background", "unit", "source_document", "source_locator", "condition_question", "condition_outcome", "status_quo", "status", "clarifications", "evidence",
    ];

    private static readonly string[] Forecasts =
    [
        "question", "forecaster", "made_at", "probability", "option", "value", "rationale", "withdrawn",
        "kind", "expires_at", "evidence", "term", "scale", "scale_version", "term_lower", "term_upper",
    ];

    private static readonly string[] Outcomes = ["question", "outcome", "known_at", "source", "reason", "evidence", "proposed_by", "confirmed_by"];

    /// <summary>All columns of a kind of file.</summary>
    public static IReadOnlyList<string> Of(ImportKind kind) => kind switch
    {
        ImportKind.Questions => Questions,
        ImportKind.Forecasts => Forecasts,
        _ => Outcomes,
    };

    /// <summary>The columns without which no row can be read.</summary>
    public static IReadOnlyList<string> Needed(ImportKind kind) => kind switch
    {
        ImportKind.Questions => ["question", "title", "type", "opens_at", "closes_at"],
        ImportKind.Forecasts => ["question", "forecaster", "made_at"],
        _ => ["question", "outcome", "known_at"],
    };

    /// <summary>What is wrong with a file's columns; null where nothing is.</summary>
    public static string? Check(ImportKind kind, IReadOnlyList<string> header)
    {
        var known = Of(kind);
        if (header.FirstOrDefault(c => !known.Contains(c)) is { } unknown) return $"There is no column '{unknown}'; there are {string.Join(", ", known)}.";
        if (Needed(kind).FirstOrDefault(c => !header.Contains(c)) is { } missing) return $"The first line names the columns, and '{missing}' is not among them.";
        return header.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { Key: var twice } ? $"The column '{twice}' is named twice." : null;
    }
}
