using Store.Importing;

namespace Worker.Importing;

/// <summary>The places of the columns of a file of questions (see <see cref="ImportColumns.Readable"/>).</summary>
internal static class QuestionColumns
{
    public const int Question = 0,
        Title = 1,
        Type = 2,
        OpensAt = 3,
        ClosesAt = 4,
        ResolvesBy = 5,
        Options = 6,
        RangeMin = 7,
        RangeMax = 8,
        RangeOpen = 9;

    public const int SpotAt = 10,
        Tags = 11,
        Group = 12,
        Criteria = 13,
        Background = 14,
        Unit = 15,
        SourceDocument = 16,
        SourceLocator = 17;

    public const int ConditionQuestion = 18,
        ConditionOutcome = 19,
        StatusQuo = 20,
        Status = 21,
        Clarifications = 22,
        Evidence = 23,
        StoppedAt = 24;

    /// <summary>The column of a field of the API.</summary>
    public static string? Of(string? field) =>
        field switch
        {
            "slug" => "question",
            "resolutionCriteria" => "criteria",
            "opensAt" => "opens_at",
            "closesAt" => "closes_at",
            "resolvesBy" => "resolves_by",
            "spotAt" => "spot_at",
            "range" => "range_min",
            "condition" => "condition_question",
            "source" => "source_document",
            "statusQuo" => "status_quo",
            "stoppedAt" => "stopped_at",
            _ => field,
        };

    public static string Name(int place) => ImportColumns.Readable(ImportKind.Questions)[place];
}
