using System.Diagnostics;
using Api.Authorization;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain.Forecasts;
using Domain.People;
using Marten;
using Store.GroupCommit;
using Worker;

namespace Api.Forecasts;

/// <summary>Hands submissions in for a request, and says in the API's words why one was not recorded.</summary>
public static class SubmissionProblems
{
    /// <summary>
    /// Hands one step in and waits for what becomes of it; a caller whose rights changed meanwhile is looked up again. Where the request's answer is kept, the
    /// step is recorded in the transaction that keeps it, and shares no commit with others.
    /// </summary>
    /// <param name="submissions">Where to hand it in.</param>
    /// <param name="http">The request.</param>
    /// <param name="slug">The question.</param>
    /// <param name="command">What the caller states; null to withdraw.</param>
    /// <returns>What became of it; null where it was refused for want of room.</returns>
    public static async Task<SubmissionOutcome?> SubmitAsync(
        this GroupCommitQueue submissions,
        HttpContext http,
        string slug,
        Func<Analyst, ForecastCommand>? command
    )
    {
        var activity = Activity.Current;
        var (correlation, causation) = (activity?.TraceId.ToString() ?? http.TraceIdentifier, activity?.Id ?? http.TraceIdentifier);
        for (var tries = 0; ; tries++)
        {
            var caller = http.Caller();
            var submission = Submitting(slug, caller, command?.Invoke(caller), EntityTags.Expected(http), correlation, causation);
            if (RequestSessions.KeepsAnswer(http))
            {
                var session = http.RequestServices.GetRequiredService<IDocumentSession>();
                var kept = await session.RecordAsync(submission, http.Now(), http.RequestAborted);
                if (kept is SubmissionOutcome.Recorded)
                    Instrumentation.Appends.Add(1);
                return kept;
            }

            if (submissions.TrySubmit(submission, http.RequestAborted) is not { } waiting)
                return null;
            var outcome = await waiting;
            if (outcome is SubmissionOutcome.Recorded)
                Instrumentation.Appends.Add(1);
            if (outcome is not SubmissionOutcome.CallerChanged || tries == 3 || await http.ReadmitAsync() is not null)
                return outcome;
        }
    }

    /// <summary>A step to hand in.</summary>
    /// <param name="slug">The question.</param>
    /// <param name="caller">Who hands it in.</param>
    /// <param name="command">What they state; null to withdraw.</param>
    /// <param name="expects">Whether the forecast may stand at a version; null where any will do.</param>
    /// <param name="correlation">The trace of the request.</param>
    /// <param name="causation">The request.</param>
    public static Submission Submitting(
        string slug,
        Analyst caller,
        ForecastCommand? command,
        Func<long, bool>? expects,
        string correlation,
        string causation
    ) =>
        command is null
            ? new Submission(slug, caller, ForecastDecisions.Withdraw, Size: 0, expects, correlation, causation)
            : new Submission(
                slug,
                caller,
                (question, forecast, now) => ForecastDecisions.State(question, forecast, command, now),
                SizeOf(command),
                expects,
                correlation,
                causation
            );

    private static long SizeOf(ForecastCommand command) =>
        (2L * (command.Rationale?.Length ?? 0))
        + command.Evidence.Sum(e => 2L * e.Length)
        + (16L * ((command.Statement.Probabilities?.Count ?? 0) + (command.Statement.Quantiles?.Count ?? 0)));

    /// <summary>The answer to a request whose step was not recorded, and the time after which to try again where that may help.</summary>
    public static IResult For(SubmissionOutcome? outcome, string slug, HttpContext http)
    {
        if (outcome is null or SubmissionOutcome.Unavailable or SubmissionOutcome.Unknown)
            http.Response.Headers.RetryAfter = "1";
        return (outcome is SubmissionOutcome.Stale stale ? EntityTags.Stale(http, stale.Version) : null) ?? For(outcome, slug);
    }

    /// <summary>The problem document of whatever was not recorded; null stands for a full queue.</summary>
    public static IResult For(SubmissionOutcome? outcome, string slug) =>
        outcome switch
        {
            null => Problem.Of(
                503,
                "busy",
                "Too many forecasts waiting",
                "More forecasts wait than can be held; nothing was recorded. Try again after the time in Retry-After."
            ),
            SubmissionOutcome.Refused refused => Problem.For(refused.Decision),
            SubmissionOutcome.NoQuestion => QuestionEndpoints.Missing(slug),
            SubmissionOutcome.CallerChanged => Problem.Of(
                409,
                "conflict",
                "Rights changed",
                "They changed while this was on its way; nothing was recorded. Send it again."
            ),
            SubmissionOutcome.Overtaken => Problem.Of(
                409,
                "conflict",
                "Concurrent change",
                "It was changed while you wrote; read it again and repeat the request."
            ),
            SubmissionOutcome.Unavailable => Problem.Of(
                503,
                "unavailable",
                "Database unavailable",
                "Nothing was recorded. Try again after the time in Retry-After."
            ),
            SubmissionOutcome.Unknown => Problem.Of(
                503,
                "unknown",
                "Unknown commit state",
                "The connection to the database broke at the commit. Read your forecast before you repeat the request."
            ),
            _ => Problem.Of(500, "fault", "Internal server error", "The fault is ours and is logged; nothing was changed. Try again later."),
        };
}
