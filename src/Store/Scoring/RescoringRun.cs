namespace Store.Scoring;

/// <summary>How far a run that scores questions again has come; kept so that an interrupted one goes on.</summary>
public sealed record RescoringRun
{
    /// <summary>The rule set and the question, or <c>*</c> for all.</summary>
    public required string Id { get; init; }

    /// <summary>The last question that is done; empty before the first.</summary>
    public string After { get; init; } = "";

    /// <summary>How many questions are done.</summary>
    public int Done { get; init; }

    /// <summary>When the run started, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the run ended; null while it goes on or is interrupted.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
