using System.Diagnostics;
using Domain;
using Marten;
using Npgsql;
using Store.Appending;
using Store.Importing;
using Store.Scoring;
using Wolverine;
using Worker.FollowingConditions;
using Worker.ScoringQuestions;

namespace Worker.Importing;

/// <summary>
/// Scores the questions that wait because of imports, and those that rest on others which have changed: many at a time, in the order in which outcomes became
/// known, so that skill weights and base rates need one pass. Each question's generation and its leaving the list are one transaction.
/// </summary>
public sealed class BulkScoring(NpgsqlDataSource database, IDocumentStore store, IMessageBus bus, TimeProvider clock, ILogger<BulkScoring> logger)
{
    /// <summary>Passes in a row that another scoring may come in between; the next one keeps others waiting.</summary>
    private const int Tries = 2;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    private readonly PendingScorings _pending = new(database, store);
    private readonly Dictionary<string, (int Asked, DateTimeOffset Until)> _failed = new(StringComparer.Ordinal);

    /// <summary>Scores what waits, until nothing does or an import waits for its turn.</summary>
    /// <returns>How many could not be scored, and wait on.</returns>
    public async Task<int> RunAsync(ImportQueue turns, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(turns);
        using var activity = Instrumentation.Source.StartActivity("score questions together");
        for (var tries = 1; ; tries++)
        {
            try
            {
                await PassAsync(turns, hold: tries > Tries, token);
                break;
            }
            catch (ScoresMovedException)
            {
                logger.LogDebug("A scoring came in between, and what was scored together is scored anew");
            }
        }

        return _failed.Count;
    }

    private async Task PassAsync(ImportQueue turns, bool hold, CancellationToken token)
    {
        // What failed a while ago is tried again, and until then keeps nothing else waiting.
        var now = clock.GetUtcNow();
        foreach (var question in _failed.Where(f => f.Value.Until <= now).Select(f => f.Key).ToList())
            _failed.Remove(question);
        var (tasks, idle) = await _pending.TasksAsync(token);
        var waiting = tasks.Where(t => t.Ends is not null).ToDictionary(t => t.Question, t => t.Ends!.Asked, StringComparer.Ordinal);
        foreach (var question in _failed.Where(f => waiting.GetValueOrDefault(f.Key, -1) != f.Value.Asked).Select(f => f.Key).ToList())
            _failed.Remove(question);
        tasks = [.. tasks.Where(t => !_failed.ContainsKey(t.Question))];
        var (dependents, followed, last) = await _pending.DependentsAsync(token);
        if (idle.Count > 0)
            await _pending.WriteAsync([], idle, [], last, followed: false, hold: null, now, token);
        Activity.Current?.SetTag("forecasts.scorings", tasks.Count)?.SetTag("forecasts.dependents", dependents.Count);
        if (tasks.Count == 0 && dependents.Count == 0)
        {
            if (followed < last)
                await _pending.NoteFollowedAsync(last, token);
            return;
        }

        var conditions = tasks.Count > 0 ? await _pending.ConditionsAsync(token) : [];
        await using var sweep = new BulkScoringSweep(_pending, database, clock, logger)
        {
            // What depends on the outcome follows from the outcome, not from its scores: asked for before the question leaves the list, it is asked for at
            // least once.
            Leaving = async question =>
            {
                if (conditions.Contains(question))
                    await bus.PublishAsync(new FollowCondition(question, null));
            },
            Goes = async () => (await turns.NextAsync(token)).Import is null,
        };
        await sweep.RunAsync(tasks, hold, token);
        foreach (var (question, asked) in sweep.Failed)
            _failed[question] = (asked, clock.GetUtcNow().ToMicroseconds() + PauseAfterFailure);
    }

    /// <summary>Whether there is anything to do beside what failed a short while ago.</summary>
    public async Task<bool> WaitsAsync(CancellationToken token) =>
        _failed.Count == 0 || await _pending.OthersWaitAsync(_failed.Where(f => f.Value.Until > clock.GetUtcNow()).Select(f => (f.Key, f.Value.Asked)), token);
}
