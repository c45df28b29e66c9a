using Domain.Forecasts;
using Domain.People;
using Domain.Questions;

namespace Store.GroupCommit;

/// <summary>A step that a commit will record.</summary>
internal readonly record struct PlannedStep(PendingSubmission Pending, Guid EventId, object Event);

/// <summary>What one commit does to one forecast's stream: all of it, or nothing.</summary>
internal sealed class PlannedStream(string key, Question? question, Forecast? forecast)
{
    public string Key { get; } = key;

    public Question? Question { get; } = question;

    /// <summary>The caller as read last. A caller who was read earlier may have lost a right since.</summary>
    public Analyst? By { get; set; }

    /// <summary>The version that the stream must stand at for the steps to be recorded.</summary>
    public long Before { get; } = forecast?.Version ?? 0;

    public Forecast? Forecast { get; set; } = forecast;

    public List<PlannedStep> Steps { get; } = [];

    /// <summary>The refusals that follow from the steps before them. They hold only if those steps are recorded.</summary>
    public List<(PendingSubmission Pending, SubmissionOutcome Outcome)> Refused { get; } = [];

    public IEnumerable<PendingSubmission> All => Steps.Select(s => s.Pending).Concat(Refused.Select(r => r.Pending));
}

/// <summary>Decides a batch in order of arrival. Each step is decided on the state that the steps before it produce.</summary>
internal static class BatchDecision
{
    /// <summary>The streams that the batch touches, with the steps to record and the refusals.</summary>
    /// <param name="batch">In order of arrival.</param>
    /// <param name="questions">Each question that exists, by slug.</param>
    /// <param name="forecasts">Each forecast that has begun, by stream.</param>
    /// <param name="now">When all of it is made and recorded.</param>
    public static IReadOnlyCollection<PlannedStream> Of(
        IReadOnlyList<PendingSubmission> batch,
        IReadOnlyDictionary<string, Question> questions,
        IReadOnlyDictionary<string, Forecast> forecasts,
        DateTimeOffset now
    )
    {
        var streams = new Dictionary<string, PlannedStream>(batch.Count, StringComparer.Ordinal);
        foreach (var pending in batch)
        {
            var submission = pending.Submission;
            if (!streams.TryGetValue(submission.Stream, out var stream))
            {
                stream = new PlannedStream(submission.Stream, questions.GetValueOrDefault(submission.Question), forecasts.GetValueOrDefault(submission.Stream));
                streams.Add(submission.Stream, stream);
            }

            if (Decide(stream, submission, now, out var step) is { } refused)
            {
                stream.Refused.Add((pending, refused));
                continue;
            }

            stream.Steps.Add(new PlannedStep(pending, Guid.NewGuid(), step!));
            stream.Forecast = Forecast.After(stream.Forecast, stream.Key, step!)! with { Version = (stream.Forecast?.Version ?? 0) + 1 };
        }

        return streams.Values;
    }

    private static SubmissionOutcome? Decide(PlannedStream stream, Submission submission, DateTimeOffset now, out object? step)
    {
        step = null;
        // A batch can hold two tokens of one person, one of them read before a change of rights. The commit can compare only one version.
        if (stream.Question is not null && stream.By is { } by && by.Version != submission.By.Version)
            return new SubmissionOutcome.CallerChanged();
        stream.By = submission.By;
        return submission.DecideOn(stream.Question, stream.Forecast, now, out step);
    }
}
