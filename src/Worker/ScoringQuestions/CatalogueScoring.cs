using Domain.Catalogue;
using Marten;
using Npgsql;
using Store.Scoring;

namespace Worker.ScoringQuestions;

/// <summary>
/// Scores the built-in catalogue where it is loaded, without waiting for a worker: in one sweep, as imported outcomes are. A worker that comes to the same
/// events finds their generations there; and what an earlier start left unscored is scored at the next.
/// </summary>
public static class CatalogueScoring
{
    /// <summary>Appends a generation for each outcome of a question of the catalogue that has none.</summary>
    /// <returns>How many outcomes had none.</returns>
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
                // Other scorings wait meanwhile: there are few of these, and who reads next wants them all.
                // A sweep that others wait for is over after one part, which may have gone into following what was scored before.
                await sweep.RunAsync(tasks, hold: true, token);
                if (sweep.Failed.Count > 0)
                    return had;
            }
            catch (ScoresMovedException)
            {
                // A worker, or another node that starts, was first with one of them; what is left is looked for again.
            }
        }
    }
}
