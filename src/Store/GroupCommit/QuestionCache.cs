using System.Collections.Concurrent;
using Domain;
using Domain.Questions;
using Marten;

namespace Store.GroupCommit;

/// <summary>
/// Questions as they were last read. One may be out of date: it serves only to read a statement by (type, options and range are set by the
/// draft and by no later event), and to decide on where the commit then holds the question's stream at the very version decided on.
/// </summary>
public sealed class QuestionCache(IDocumentStore store)
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, Question> _questions = new(StringComparer.Ordinal);

    /// <summary>The question as last read, or read now; null where there is none now.</summary>
    public async ValueTask<Question?> FindAsync(string slug, CancellationToken token) =>
        _questions.TryGetValue(slug, out var question) ? question : (await ReadAsync([slug], token)).GetValueOrDefault(slug);

    /// <summary>The question as it is now; null where there is none.</summary>
    public async Task<Question?> FindNowAsync(string slug, CancellationToken token) => (await ReadAsync([slug], token)).GetValueOrDefault(slug);

    /// <summary>The question as last read; false where it is not at hand.</summary>
    internal bool TryFind(string slug, out Question? question) => _questions.TryGetValue(slug, out question);

    /// <summary>The questions as they are now, by slug; those that do not exist are left out.</summary>
    internal async Task<IReadOnlyDictionary<string, Question>> ReadAsync(IReadOnlyCollection<string> slugs, CancellationToken token)
    {
        await using var session = store.QuerySession();
        var read = await session.LoadManyAsync<Question>(token, slugs.Select(StreamKeys.Question));
        if (_questions.Count + read.Count > Most)
            _questions.Clear();
        foreach (var question in read)
            _questions[question.Slug] = question;
        return read.ToDictionary(q => q.Slug, StringComparer.Ordinal);
    }
}
