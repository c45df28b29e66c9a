using Domain;
using Domain.Forecasts;
using Domain.People;

namespace Store.GroupCommit;

/// <summary>One step of a forecast that somebody wants recorded.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="By">
/// Who wants it, with the rights that let them: the commit refuses the step where anything was recorded about them since.
/// </param>
/// <param name="Command">What is stated, read against the question; null for a withdrawal.</param>
/// <param name="Expects">Whether the forecast may stand at a version (0 before its first step); null where any will do.</param>
/// <param name="Correlation">The trace that the step belongs to.</param>
/// <param name="Causation">What brought the step about.</param>
public sealed record Submission(
    string Question,
    Analyst By,
    ForecastCommand? Command,
    Func<long, bool>? Expects = null,
    string? Correlation = null,
    string? Causation = null
)
{
    internal string Stream { get; } = StreamKeys.Forecast(Question, By.Slug);

    /// <summary>About how many bytes the submission holds on to while it waits.</summary>
    internal long Weight { get; } =
        1_000
        + (2L * (Command?.Rationale?.Length ?? 0))
        + (Command?.Evidence.Sum(e => 2L * e.Length) ?? 0)
        + (16L * ((Command?.Statement.Probabilities?.Count ?? 0) + (Command?.Statement.Quantiles?.Count ?? 0)));
}

/// <summary>What became of a submission.</summary>
public abstract record SubmissionOutcome
{
    private SubmissionOutcome() { }

    /// <summary>The commit that holds the step has happened.</summary>
    /// <param name="EventId">The step's event.</param>
    /// <param name="Version">The forecast's version with it; 1 for a first step.</param>
    /// <param name="At">When the step was made and recorded.</param>
    public sealed record Recorded(Guid EventId, long Version, DateTimeOffset At) : SubmissionOutcome;

    /// <summary>The domain refused it.</summary>
    public sealed record Refused(Decision Decision) : SubmissionOutcome;

    /// <summary>The forecast stands at another version than was expected.</summary>
    public sealed record Stale(long Version) : SubmissionOutcome;

    /// <summary>There is no such question.</summary>
    public sealed record NoQuestion : SubmissionOutcome;

    /// <summary>Something was recorded about the caller since the rights were read: read them again.</summary>
    public sealed record CallerChanged : SubmissionOutcome;

    /// <summary>Others were first, again and again; nothing was recorded.</summary>
    public sealed record Overtaken : SubmissionOutcome;

    /// <summary>The database cannot be reached, or holds the question locked; nothing was recorded.</summary>
    public sealed record Unavailable : SubmissionOutcome;

    /// <summary>The connection broke while the commit was under way: whether it happened is not known.</summary>
    public sealed record Unknown : SubmissionOutcome;

    /// <summary>A fault of ours; nothing was recorded.</summary>
    public sealed record Failed(Exception Exception) : SubmissionOutcome;
}
