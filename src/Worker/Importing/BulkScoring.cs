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
/// Scores the questions that wait because of imports, and those that rest on changed questions. It scores many at a time, in the order in which outcomes became
/// known, so that skill weights and base rates need one pass. Each question's generation is appended, and the question removed from the list, in one
/// transaction.
/// </summary>
public sealed class BulkScoring(NpgsqlDataSource database, IDocumentStore store, IMessageBus bus, TimeProvider clock, ILogger<BulkScoring> logger)
{
    /// <summary>The number of consecutive passes that another scoring may interrupt. The next pass makes others wait.</summary>
    private const int Tries = 2;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMinutes(1);

    private readonly PendingScorings _pending = new(database, store);
    private readonly Dictionary<string, (int Asked, DateTimeOffset Until)> _failed = new(StringComparer.Ordinal);

    /// <summary>Scores the waiting questions until none is left or an import waits for its turn.</summary>
    /// <returns>The number of questions that could not be scored and still wait.</returns>
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
        // A failed question is retried after a while. Until then it does not delay others.
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
            // Dependent questions follow the outcome, not its scores. The request is sent before the question leaves the list, so it is sent at least once.
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

    /// <summary>Whether there is anything to do except what failed a short while ago.</summary>
    public async Task<bool> WaitsAsync(CancellationToken token) =>
        _failed.Count == 0 || await _pending.OthersWaitAsync(_failed.Where(f => f.Value.Until > clock.GetUtcNow()).Select(f => (f.Key, f.Value.Asked)), token);
}
