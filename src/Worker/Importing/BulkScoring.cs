using System.Threading.Channels;
using Domain.Questions;
using Domain.Scoring;
using Marten;
using Npgsql;
using Store;
using Store.Bulk;
using Store.Importing;
using Store.Scores;
using Wolverine;
using Worker.FollowingConditions;

namespace Worker.Importing;

/// <summary>
/// Scores the questions that wait because of imports: many at a time, in the order in which their outcomes became known, so that skill weights
/// and base rates need one pass. Each question's generation and its leaving the list are one transaction.
/// </summary>
public sealed class BulkScoring(NpgsqlDataSource database, IDocumentStore store, IMessageBus bus, TimeProvider clock, ILogger<BulkScoring> logger)
{
    private const int AtATime = 400;

    private readonly PendingScorings _pending = new(database, store);

    /// <summary>Scores what waits, until nothing does or an import waits for its turn.</summary>
    /// <returns>How many could not be scored, and wait on.</returns>
    public async Task<int> RunAsync(ImportTurns turns, CancellationToken token)
    {
        using var activity = Reactions.Source.StartActivity("score imported questions");
        var all = await _pending.ListAsync(token);
        var earlier = await EverythingOnRecord.GatherAsync(database, store.Options, [.. all.Select(p => p.Question)], token);
        var conditions = await _pending.ConditionsAsync(token);
        var sorted = await _pending.SortsByBytesAsync(token);

        var failures = 0;
        var statistics = new TableStatistics(database, first: 5 * AtATime);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var scored = Channel.CreateBounded<(PendingScoring[] Done, List<(QuestionToScore, QuestionScored)> Generations)>(1);
        var scoring = Task.Run(
            async () =>
            {
                try
                {
                    foreach (var part in all.Chunk(AtATime))
                    {
                        var questions = await _pending.ReadAsync(part, sorted, stop.Token);
                        var (generations, failed) = Score(questions, earlier);
                        failures += failed.Count;
                        await scored.Writer.WriteAsync(([.. part.Except(failed)], generations), stop.Token);
                    }

                    scored.Writer.Complete();
                }
                catch (Exception e)
                {
                    scored.Writer.Complete(e);
                }
            },
            CancellationToken.None);
        try
        {
            await foreach (var (done, generations) in scored.Reader.ReadAllAsync(token))
            {
                // What depends on the outcome follows from the outcome, not from its scores: asked for before the question leaves the list, it is asked for at least once.
                foreach (var question in done.Where(d => conditions.Contains(d.Question))) await bus.PublishAsync(new FollowCondition(question.Question, null));
                await _pending.WriteAsync(generations, done, clock.GetUtcNow().ToMicroseconds(), token);
                Reactions.Generations.Add(generations.Count);
                await statistics.GrewAsync(generations.Count, token);
                if ((await turns.NextAsync(token)).Import is not null) break;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await scoring;
        }

        return failures;
    }

    /// <summary>The generations to append, and the questions that cannot be scored: one such must not keep the others waiting.</summary>
    private (List<(QuestionToScore, QuestionScored)> Generations, HashSet<PendingScoring> Failed) Score(IReadOnlyList<QuestionToScore> questions, EarlierRecords earlier)
    {
        var (generations, failed) = (new List<(QuestionToScore, QuestionScored)>(questions.Count), new HashSet<PendingScoring>());
        foreach (var question in questions)
        {
            try
            {
                if (Score(question, earlier) is { } generation) generations.Add((question, generation));
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or ArithmeticException)
            {
                logger.LogError(e, "{Question} cannot be scored", question.Question.Slug);
                failed.Add(question.Pending);
            }
        }

        return (generations, failed);
    }

    /// <summary>The next generation of a question; null where the latest one has read everything already.</summary>
    private static QuestionScored? Score(QuestionToScore q, EarlierRecords earlier)
    {
        var (question, latest) = (q.Question, q.Latest);
        QuestionScored Generation(string outcome, DateTimeOffset knownAt, IReadOnlyList<ScoreRow> rows) => new(
            question.Slug, (latest?.Generation ?? 0) + 1, RuleSet.Current, q.Pending.Trigger, q.TriggerEvent, q.LastEvent, outcome, knownAt, rows);

        if (question.Resolution is not { } resolution)
        {
            // An outcome that was taken back leaves no scores; the generations before stay readable.
            return latest is { Forecasters: > 0 } ? Generation(Domain.Resolutions.OutcomeText.Unresolved, latest.KnownAt, []) : null;
        }

        IReadOnlyList<ScoreRow> rows = [];
        if (question.Status != QuestionStatus.Annulled)
        {
            rows = QuestionScoring.Score(earlier.InputOf(ScoringInputs.ToScored(question, resolution), question.Tags, q.Forecasts));
            earlier.Add(resolution.KnownAt, rows);
        }

        var read = latest is not null && latest.LastEventRead >= q.LastEvent && latest.RuleSet == RuleSet.Current;
        return read ? null : Generation(resolution.Outcome, resolution.KnownAt, rows);
    }
}
