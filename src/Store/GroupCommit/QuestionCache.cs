using System.Collections.Concurrent;
using Domain;
using Domain.Questions;
using Marten;

namespace Store.GroupCommit;

/// <summary>
/// Questions as they were last read. An entry can be out of date. It is used only to parse a statement (nothing changes type, options and range once a question
/// was opened, and drafts are read anew), and for decisions whose commit requires the question's stream to be at the version that was decided on.
/// </summary>
public sealed class QuestionCache(IDocumentStore store)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Question> _questions = new(StringComparer.Ordinal);

    /// <summary>The question from the cache, or read now if it is not there; null if there is none.</summary>
    public async ValueTask<Question?> FindAsync(string slug, CancellationToken token) =>
        _questions.TryGetValue(slug, out var question) ? question : (await ReadAsync([slug], token)).GetValueOrDefault(slug);

    /// <summary>The question as it is now; null where there is none.</summary>
    public async Task<Question?> FindNowAsync(string slug, CancellationToken token) => (await ReadAsync([slug], token)).GetValueOrDefault(slug);

    /// <summary>Gets the question from the cache; false if it is not there.</summary>
    internal bool TryFind(string slug, out Question? question) => _questions.TryGetValue(slug, out question);

    /// <summary>The current questions, by slug. Questions that do not exist are left out.</summary>
    internal async Task<IReadOnlyDictionary<string, Question>> ReadAsync(IReadOnlyCollection<string> slugs, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var read = await session.LoadManyAsync<Question>(token, slugs.Select(StreamKeys.Question));
        if (_questions.Count + read.Count > Most)
            _questions.Clear();
        foreach (var question in read.Where(q => q.Status != QuestionStatus.Draft))
            _questions[question.Slug] = question;
        return read.ToDictionary(q => q.Slug, StringComparer.Ordinal);
    }
}
