using Domain.Catalogue;
using Marten;
using Npgsql;
using Store.Scoring;

namespace Worker.ScoringQuestions;

/// <summary>
/// Scores the built-in catalogue after it is loaded, without waiting for a worker, in one sweep like imported outcomes. A worker that reaches the same events
/// finds their generations. What one start leaves unscored is scored at the next.
/// </summary>
public static class CatalogueScoring
{
    /// <summary>Appends a generation for each outcome of a question of the catalogue that has none.</summary>
    /// <returns>The number of outcomes that had none.</returns>
    public static async Task<int> CompleteAsync(NpgsqlDataSource database, IDocumentStore store, TimeProvider clock, ILogger logger, CancellationToken token)
    {
        var (pending, had) = (new PendingScorings(database, store), 0);
        while (true)
        {
            var tasks = await pending.UnscoredAsync([.. BriefCatalogue.Questions.Select(q => q.Slug)], token);
            if (tasks.Count == 0)
                return had;
            had = Math.Max(had, tasks.Count);
            try
            {
                await using var sweep = new BulkScoringSweep(pending, database, clock, logger)
                {
                    Leaving = _ => Task.CompletedTask,
                    Goes = () => Task.FromResult(true),
                };
                // Other scorings wait: there are few of these, and the next reader needs all of them. A sweep that makes others wait ends after one part. That
                // part may have followed earlier scorings.
                await sweep.RunAsync(tasks, hold: true, token);
                if (sweep.Failed.Count > 0)
                    return had;
            }
            catch (ScoresMovedException)
            {
                // A worker, or another starting node, scored one of them first. The rest is looked up again.
            }
        }
    }
}
