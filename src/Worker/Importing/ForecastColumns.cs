using Store.Importing;

namespace Worker.Importing;

/// <summary>The places of the columns of a file of forecasts (see <see cref="ImportColumns.Readable"/>).</summary>
internal static class ForecastColumns
{
    public const int Question = 0,
        Forecaster = 1,
        MadeAt = 2,
        Probability = 3,
        Option = 4,
        Value = 5,
        Rationale = 6,
        Withdrawn = 7;

    public const int Kind = 8,
        ExpiresAt = 9,
        Evidence = 10,
        Term = 11,
        Scale = 12,
        ScaleVersion = 13,
        TermLower = 14,
        TermUpper = 15,
        Seal = 16,
        RevealedAt = 17;

    public const int EventId = 18,
        RecordedAt = 19,
        Imported = 20;

    /// <summary>The columns about the whole forecast, on any of its rows.</summary>
    public static ReadOnlySpan<int> OfTheWhole =>
        [Rationale, Withdrawn, Kind, ExpiresAt, Evidence, Term, Scale, ScaleVersion, TermLower, TermUpper, Seal, RevealedAt, EventId, RecordedAt, Imported];

    /// <summary>The columns that describe a verbal likelihood.</summary>
    public static ReadOnlySpan<int> OfTerms => [Term, Scale, ScaleVersion, TermLower, TermUpper];

    /// <summary>The columns that must be empty for a withdrawal.</summary>
    public static ReadOnlySpan<int> OfStatements =>
        [Probability, Option, Value, Rationale, ExpiresAt, Evidence, Term, Scale, ScaleVersion, TermLower, TermUpper, Seal, RevealedAt];

    /// <summary>The columns that must be empty while there is only a seal.</summary>
    public static ReadOnlySpan<int> OfWhatIsSealed => [Probability, Option, Value, Term, Scale, ScaleVersion, TermLower, TermUpper];

    public static string Name(int place) => ImportColumns.Readable(ImportKind.Forecasts)[place];
}
