using System.Threading.Channels;
using Domain.Forecasts;
using Domain.Questions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Store.Appending;
using Store.Operations;

namespace Store.GroupCommit;

/// <summary>
/// Takes the waiting submissions, commits them together, and answers each caller after the commit that contains its step. One writer has all pending steps of a
/// stream, so they are recorded in order of arrival.
/// </summary>
internal sealed class ForecastWriter(
    ChannelReader<PendingSubmission> waiting,
    QuestionCache questions,
    ForecastCache forecasts,
    ForecastAppender appender,
    TimeProvider clock,
    Action<IReadOnlyCollection<PendingSubmission>> released,
    ILogger logger
)
{
    /// <summary>
    /// The most steps in one commit. It is large enough that a step's share of the round trip does not matter, and small enough that no step waits long.
    /// </summary>
    private const int MostSteps = 500;

    /// <summary>The most bytes in one commit.</summary>
    private const long MostWeight = 4 << 20;

    /// <summary>How often a step is decided again after a conflict, before its caller is told about it.</summary>
    private const int MostTries = 5;

    public async Task RunAsync()
    {
        var (taken, batch) = (new List<PendingSubmission>(MostSteps), new List<PendingSubmission>(MostSteps));
        while (await waiting.WaitToReadAsync())
        {
            var weight = 0L;
            while (taken.Count < MostSteps && weight < MostWeight && waiting.TryRead(out var pending))
            {
                weight += pending.Submission.Weight;
                taken.Add(pending);
                // The caller no longer waits, and nothing has happened yet.
                if (pending.IsAbandoned)
                    pending.Answer(new SubmissionOutcome.Unavailable());
                else
                    batch.Add(pending);
            }

            try
            {
                await CommitAsync(batch);
            }
            catch (Exception e)
            {
                // The writer survives every failure. The callers behind this batch did nothing wrong.
                logger.LogError(e, "A batch of {Count} submissions failed", batch.Count);
                foreach (var pending in batch)
                    pending.Answer(e.MayPass() ? new SubmissionOutcome.Unknown() : new SubmissionOutcome.Failed(e));
            }

            released(taken);
            taken.Clear();
            batch.Clear();
        }
    }

    private async Task CommitAsync(List<PendingSubmission> batch)
    {
        var left = batch;
        for (var tries = 0; left.Count > 0; tries++)
        {
            if (tries == MostTries)
            {
                Answer(left, new SubmissionOutcome.Overtaken());
                return;
            }

            IReadOnlyCollection<PlannedStream> plan;
            DateTimeOffset now;
            try
            {
                (plan, now) = await DecideAsync(left, tries > 0);
            }
            catch (Exception e) when (e is NpgsqlException || e.InnerException is NpgsqlException)
            {
                logger.LogWarning(e, "Submissions cannot be decided on: the database does not answer");
                Answer(left, new SubmissionOutcome.Unavailable());
                return;
            }

            foreach (var stream in plan.Where(s => s.Steps.Count == 0))
                AnswerRefused(stream);
            var again = await AppendAsync([.. plan.Where(s => s.Steps.Count > 0)], now);
            if (again.Count == 0)
                return;
            var anew = again.ToHashSet();
            left = [.. left.Where(anew.Contains)];
        }
    }

    /// <summary>
    /// Decides on the cached state. If the state is old, the commit notices it for an accepted step. A refused step has no commit, so the state is read again
    /// before a step is refused.
    /// </summary>
    private async Task<(IReadOnlyCollection<PlannedStream> Plan, DateTimeOffset Now)> DecideAsync(List<PendingSubmission> batch, bool anew)
    {
        var (asked, begun) = (new Dictionary<string, Question>(StringComparer.Ordinal), new Dictionary<string, Forecast>(StringComparer.Ordinal));
        await ReadAsync(batch, anew, asked, begun);
        var now = clock.GetUtcNow().ToMicroseconds();
        var plan = BatchDecision.Of(batch, asked, begun, now);
        var doubtful = plan.SelectMany(s => s.Refused).Select(r => r.Pending).ToList();
        if (anew || doubtful.Count == 0)
            return (plan, now);
        await ReadAsync(doubtful, anew: true, asked, begun);
        now = clock.GetUtcNow().ToMicroseconds();
        return (BatchDecision.Of(batch, asked, begun, now), now);
    }

    private async Task ReadAsync(List<PendingSubmission> batch, bool anew, Dictionary<string, Question> asked, Dictionary<string, Forecast> begun)
    {
        var (slugs, streams) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var submission in batch.Select(p => p.Submission))
        {
            if (!anew && questions.TryFind(submission.Question, out var question))
                asked[submission.Question] = question!;
            else
                slugs.Add(submission.Question);
            if (!anew && forecasts.TryFind(submission.Stream, out var forecast))
                begun[submission.Stream] = forecast!;
            else
                streams.Add(submission.Stream);
        }

        if (slugs.Count > 0)
        {
            foreach (var slug in slugs)
                asked.Remove(slug);
            foreach (var (slug, question) in await questions.ReadAsync(slugs, CancellationToken.None))
                asked[slug] = question;
        }

        if (streams.Count > 0)
        {
            foreach (var stream in streams)
                begun.Remove(stream);
            foreach (var (stream, forecast) in await appender.ReadAsync(streams))
                begun[stream] = forecast;
        }
    }

    /// <summary>Records the streams' steps and returns the submissions that must be decided again.</summary>
    private async Task<List<PendingSubmission>> AppendAsync(PlannedStream[] streams, DateTimeOffset now)
    {
        if (streams.Length == 0)
            return [];
        IReadOnlyList<PlannedStream> taken;
        try
        {
            await appender.ConnectAsync();
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            logger.LogWarning(e, "Submissions cannot be recorded: the database does not answer");
            Answer(streams.SelectMany(s => s.All), new SubmissionOutcome.Unavailable());
            return [];
        }

        try
        {
            taken = await appender.AppendAsync(streams, now);
        }
        catch (PostgresException e)
        {
            // The database refused the whole statement, so nothing of it was recorded.
            return await ApartAsync(streams, now, e);
        }
        catch (NpgsqlException e)
        {
            logger.LogError(e, "The connection broke while {Count} forecasts were being recorded", streams.Length);
            foreach (var stream in streams)
                forecasts.Forget(stream.Key);
            Answer(streams.SelectMany(s => s.All), new SubmissionOutcome.Unknown());
            return [];
        }

        // Whoever is answered may ask for a receipt at once, so that the commit is whole before.
        var commit = new RecordedCommit(now);
        var places = taken
            .Select(s => s.Steps.Select((step, i) => commit.Add(step.EventId, s.Key, s.Before + i + 1, step.Event, s.By!.Slug)).ToList())
            .ToList();
        foreach (var (i, stream) in taken.Index())
        {
            forecasts.Keep(stream.Forecast!);
            Answer(stream, now, commit, places[i]);
        }

        return taken.Count == streams.Length ? [] : await AgainAsync([.. streams.Except(taken)]);
    }

    /// <summary>Commits a failed batch in parts, so that only the submissions that cause the failure fail.</summary>
    private async Task<List<PendingSubmission>> ApartAsync(PlannedStream[] streams, DateTimeOffset now, PostgresException e)
    {
        if (e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            return [.. streams.SelectMany(s => s.All)];
        var parts = streams.GroupBy(s => s.Question!.Id, StringComparer.Ordinal).Select(g => g.ToArray()).ToList();
        if (parts.Count == 1)
        {
            if (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CannotConnectNow)
            {
                Answer(streams.SelectMany(s => s.All), new SubmissionOutcome.Unavailable());
                return [];
            }

            if (streams.Length == 1)
            {
                logger.LogError(e, "A forecast could not be recorded");
                Answer(streams[0].All, new SubmissionOutcome.Failed(e));
                return [];
            }

            parts = [.. streams.Chunk((streams.Length + 1) / 2)];
        }

        var left = new List<PendingSubmission>();
        foreach (var part in parts)
            left.AddRange(await AppendAsync(part, now));
        return left;
    }

    private async Task<List<PendingSubmission>> AgainAsync(IReadOnlyList<PlannedStream> overtaken)
    {
        foreach (var stream in overtaken)
            forecasts.Forget(stream.Key);
        var versions = await appender.CallersAsync([.. overtaken.Select(s => s.By!.Id).Distinct(StringComparer.Ordinal)]);
        var left = new List<PendingSubmission>();
        foreach (var pending in overtaken.SelectMany(s => s.All))
        {
            if (versions.GetValueOrDefault(pending.Submission.By.Id) == pending.Submission.By.Version)
                left.Add(pending);
            else
                pending.Answer(new SubmissionOutcome.CallerChanged());
        }

        return left;
    }

    private static void Answer(PlannedStream stream, DateTimeOffset at, RecordedCommit commit, List<int> places)
    {
        for (var i = 0; i < stream.Steps.Count; i++)
        {
            var (pending, id, step) = stream.Steps[i];
            pending.Answer(new SubmissionOutcome.Recorded(id, step, stream.Before + i + 1, at, commit, places[i]));
        }

        AnswerRefused(stream);
    }

    private static void AnswerRefused(PlannedStream stream)
    {
        foreach (var (pending, outcome) in stream.Refused)
            pending.Answer(outcome);
    }

    private static void Answer(IEnumerable<PendingSubmission> all, SubmissionOutcome outcome)
    {
        foreach (var pending in all)
            pending.Answer(outcome);
    }
}
