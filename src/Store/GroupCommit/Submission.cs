using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;

namespace Store.GroupCommit;

/// <summary>Decides a command on a forecast. The rules belong to the caller; the store knows none of them.</summary>
/// <param name="question">The question as it is.</param>
/// <param name="forecast">The forecast as it stands; null before its first step.</param>
/// <param name="now">When the step is made, if it is.</param>
/// <returns>The one event to record, or a refusal.</returns>
public delegate Decision ForecastDecider(Question question, Forecast? forecast, DateTimeOffset now);

/// <summary>One step of a forecast to be recorded.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="By">The caller, with the rights that allow the step. The commit refuses the step if anything has been recorded about the caller since.</param>
/// <param name="Decide">Decides the step. It may be called several times, on newer states, and must have no side effects.</param>
/// <param name="Size">About how many bytes of text and numbers the step holds, which the queue counts while it waits.</param>
/// <param name="Expects">Whether the forecast may stand at a version (0 before its first step); null where any will do.</param>
/// <param name="Correlation">The trace that the step belongs to.</param>
/// <param name="Causation">What caused the step.</param>
public sealed record Submission(
    string Question,
    Analyst By,
    ForecastDecider Decide,
    long Size = 0,
    Func<long, bool>? Expects = null,
    string? Correlation = null,
    string? Causation = null
)
{
    /// <summary>The memory that a submission uses in addition to its text.</summary>
    private const long Overhead = 1_000;

    internal string Stream { get; } = StreamKeys.Forecast(new QuestionSlug(Question), new ForecasterName(By.Slug));

    /// <summary>The approximate number of bytes that the submission uses while it waits.</summary>
    internal long Weight { get; } = Overhead + Size;

    /// <summary>Decides the step. Returns null and the event to record, or the reason why there is none.</summary>
    /// <param name="question">The question; null where there is none.</param>
    /// <param name="forecast">The forecast; null before its first step.</param>
    /// <param name="now">When the step is made and recorded.</param>
    /// <param name="step">The event to record.</param>
    internal SubmissionOutcome? DecideOn(Question? question, Forecast? forecast, DateTimeOffset now, out object? step)
    {
        step = null;
        if (question is null)
            return new SubmissionOutcome.NoQuestion();
        var version = forecast?.Version ?? 0;
        if (Expects is { } expects && !expects(version))
            return new SubmissionOutcome.Stale(version);
        var decision = Decide(question, forecast, now);
        if (decision.IsRefused)
            return new SubmissionOutcome.Refused(decision);
        step = decision.Events.Single();
        return null;
    }
}

/// <summary>The outcome of a submission.</summary>
public abstract record SubmissionOutcome
{
    private SubmissionOutcome() { }

    /// <summary>The commit that holds the step has happened.</summary>
    /// <param name="EventId">The id of the step's event.</param>
    /// <param name="Event">The event.</param>
    /// <param name="Version">The forecast's version with it; 1 for a first step.</param>
    /// <param name="At">When the step was made and recorded.</param>
    /// <param name="Commit">The commit that holds the step.</param>
    /// <param name="Place">The place of the step in the commit.</param>
    public sealed record Recorded(Guid EventId, object Event, long Version, DateTimeOffset At, RecordedCommit Commit, int Place) : SubmissionOutcome;

    /// <summary>The decider refused it.</summary>
    /// <param name="Decision">The refusal.</param>
    public sealed record Refused(Decision Decision) : SubmissionOutcome;

    /// <summary>The forecast stands at another version than was expected.</summary>
    /// <param name="Version">The forecast's version; 0 before its first step.</param>
    public sealed record Stale(long Version) : SubmissionOutcome;

    /// <summary>There is no such question.</summary>
    public sealed record NoQuestion : SubmissionOutcome;

    /// <summary>Something has been recorded about the caller since the rights were read. Read them again.</summary>
    public sealed record CallerChanged : SubmissionOutcome;

    /// <summary>Other writers came first, repeatedly. Nothing was recorded.</summary>
    public sealed record Overtaken : SubmissionOutcome;

    /// <summary>The database cannot be reached, or holds the question locked; nothing was recorded.</summary>
    public sealed record Unavailable : SubmissionOutcome;

    /// <summary>The connection broke during the commit. Whether the commit happened is not known.</summary>
    public sealed record Unknown : SubmissionOutcome;

    /// <summary>A fault of this service. Nothing was recorded.</summary>
    /// <param name="Exception">What was thrown.</param>
    public sealed record Failed(Exception Exception) : SubmissionOutcome;
}
