namespace Store.GroupCommit;

/// <summary>A submission in progress, and the caller who waits for its outcome.</summary>
internal sealed class PendingSubmission(Submission submission, CancellationToken token)
{
    private readonly TaskCompletionSource<SubmissionOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Submission Submission { get; } = submission;

    /// <summary>Whether the caller left before the submission was taken. Once taken, a submission is carried out.</summary>
    public bool IsAbandoned => token.IsCancellationRequested;

    public Task<SubmissionOutcome> Outcome => _outcome.Task;

    public void Answer(SubmissionOutcome outcome) => _outcome.TrySetResult(outcome);
}
