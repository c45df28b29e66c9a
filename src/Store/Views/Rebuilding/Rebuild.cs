using System.Diagnostics;
using Marten;
using Npgsql;

namespace Store.Views.Rebuilding;

/// <summary>
/// Rebuilds documents and views from the events, while the service reads the old ones and continues to write. A database has one rebuild at a time. An
/// interrupted rebuild leaves the old views in use, and the next one starts from the beginning.
/// </summary>
public sealed class Rebuild(NpgsqlDataSource database, IDocumentStore store)
{
    /// <summary>The advisory lock of a rebuild.</summary>
    private const long LockKey = 0x666F72656362;

    /// <summary>Rebuilds one view, or all of them in parallel.</summary>
    /// <param name="view">One of <see cref="RebuiltView.All"/>; null for all.</param>
    /// <param name="progress">Receives the progress, on any thread.</param>
    /// <param name="token">Interrupts the rebuild.</param>
    /// <returns>What was rebuilt; null if another rebuild is running.</returns>
    public async Task<IReadOnlyList<RebuildResult>?> RunAsync(string? view, IProgress<RebuildProgress>? progress, CancellationToken token)
    {
        await using var turn = await database.OpenConnectionAsync(token);
        if (!await LockAsync(turn, "pg_try_advisory_lock", token))
            return null;
        try
        {
            using var broken = CancellationTokenSource.CreateLinkedTokenSource(token);
            return await Task.WhenAll(
                RebuiltView
                    .All.Where(v => view is null || v == view)
                    .Select(async v =>
                    {
                        try
                        {
                            return await RebuildAsync(v, progress, broken.Token);
                        }
                        catch
                        {
                            await broken.CancelAsync();
                            throw;
                        }
                    })
            );
        }
        finally
        {
            await LockAsync(turn, "pg_advisory_unlock", CancellationToken.None);
        }
    }

    private async Task<RebuildResult> RebuildAsync(string view, IProgress<RebuildProgress>? progress, CancellationToken token)
    {
        var started = Stopwatch.GetTimestamp();
        var documents = new DocumentRebuild(database, store);
        var (done, changed) = view switch
        {
            RebuiltView.Questions => Kept(await documents.QuestionsAsync(progress, token)),
            RebuiltView.Analysts => Kept(await documents.AnalystsAsync(progress, token)),
            RebuiltView.ScoreRows => (await new ViewRebuild(database, ScoreRowsView.View).RunAsync(progress, token), null),
            RebuiltView.ForecastSteps => (await new ViewRebuild(database, ForecastStepsView.View).RunAsync(progress, token), (long?)null),
            RebuiltView.Generations => (await new ViewRebuild(database, GenerationsView.View).RunAsync(progress, token), null),
            RebuiltView.ImportedSteps => (await new ViewRebuild(database, ImportedStepsView.View).RunAsync(progress, token), null),
            _ => throw new ArgumentException($"There is no view '{view}'.", nameof(view)),
        };
        return new RebuildResult(view, done, changed, Stopwatch.GetElapsedTime(started).TotalSeconds);

        static (long, long?) Kept((long Done, long Changed) documents) => documents;
    }

    private static async Task<bool> LockAsync(NpgsqlConnection connection, string function, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select {function}($1)", connection) { Parameters = { new() { Value = LockKey } } };
        return await command.ExecuteScalarAsync(token) is true;
    }
}
