namespace Store.GroupCommit;

/// <summary>A submission on its way, and the caller who waits for what becomes of it.</summary>
internal sealed class PendingSubmission(Submission submission, CancellationToken token)
{
    private readonly TaskCompletionSource<SubmissionOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Submission Submission { get; } = submission;

    /// <summary>Whether the caller went away before the submission was taken up; once it is, it is carried to its end.</summary>
    public bool IsAbandoned => token.IsCancellationRequested;

    public Task<SubmissionOutcome> Outcome => _outcome.Task;

    public void Answer(SubmissionOutcome outcome) => _outcome.TrySetResult(outcome);
}
