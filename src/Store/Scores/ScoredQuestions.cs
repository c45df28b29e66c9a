using Domain;
using Domain.Scoring;
using Marten;

namespace Store.Scores;

/// <summary>The questions that have scores, by their scoring streams' keys.</summary>
public static class ScoredQuestions
{
    /// <summary>The slugs after <paramref name="after"/>, in the order of their keys.</summary>
    /// <param name="store">The store.</param>
    /// <param name="question">Only this question, if given.</param>
    /// <param name="after">The slug to begin after; empty for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<string>> AfterAsync(IDocumentStore store, string? question, string after, int limit, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var keys = await Query(session, question, after).OrderBy(s => s.Id).Take(limit).Select(s => s.Id).ToListAsync(token);
        return [.. keys.Select(StreamKeys.SlugOf)];
    }

    /// <summary>How many there are after <paramref name="after"/>.</summary>
    public static async Task<int> CountAfterAsync(IDocumentStore store, string? question, string after, CancellationToken token)
    {
        await using var session = store.QuerySession();
        return await Query(session, question, after).CountAsync(token);
    }

    private static IQueryable<Scorings> Query(IQuerySession session, string? question, string after)
    {
        var query = session.Query<Scorings>().AsQueryable();
        if (question is not null)
        {
            var only = StreamKeys.Scoring(question);
            query = query.Where(s => s.Id == only);
        }

        if (after.Length == 0) return query;
        var last = StreamKeys.Scoring(after);
        return query.Where(s => s.Id.CompareTo(last) > 0);
    }
}
