using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Marten;
using Store.Appending;

namespace Store.GroupCommit;

/// <summary>
/// Records one submission in the caller's transaction, for a step that must be committed together with other data. It decides in the same way as the group
/// commit.
/// </summary>
public static class SingleCommit
{
    /// <summary>Decides a submission and appends its step in the session's transaction, which the caller commits.</summary>
    /// <param name="session">A session in the transaction.</param>
    /// <param name="submission">The submission. Its caller was read in the request, so the commit does not compare the caller's version.</param>
    /// <param name="now">When the step is made and recorded.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<SubmissionOutcome> RecordAsync(this IDocumentSession session, Submission submission, DateTimeOffset now, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(submission);
        // Locked before it is read. A close in progress is waited for and seen; a later close waits for this commit.
        await session.LockQuestionAsync(submission.Question, token);
        var question = await session.LoadAsync<Question>(StreamKeys.Question(submission.Question), token);
        var forecast = question is null ? null : await session.Events.AggregateStreamAsync<Forecast>(submission.Stream, token: token);
        if (submission.DecideOn(question, forecast, now, out var step) is { } refused)
            return refused;
        (session.CorrelationId, session.CausationId) = (submission.Correlation, submission.Causation);
        var recorded = session.Append<Forecast>(submission.Stream, forecast?.Version ?? 0, [step!], now);
        await session.SaveChangesAsync(token);
        var (id, version) = (recorded[0].Id, (forecast?.Version ?? 0) + 1);
        var commit = new RecordedCommit(now);
        var place = commit.Add(id, submission.Stream, version, step!, submission.By.Slug);
        return new SubmissionOutcome.Recorded(id, step!, version, now, commit, place);
    }
}
