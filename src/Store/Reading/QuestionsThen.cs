using Domain;
using Domain.Questions;
using JasperFx.Events;
using Marten;

namespace Store.Reading;

/// <summary>Reads questions as they are recorded, or as they were recorded by an earlier instant.</summary>
internal static class QuestionsThen
{
    private const int AtOnce = 200;

    /// <summary>The questions by slug. Questions of which nothing was recorded by then are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, Question>> LoadAsync(
        IQuerySession session,
        IEnumerable<string> slugs,
        DateTimeOffset? knownAt,
        CancellationToken token
    )
    {
        var keys = slugs.Distinct(StringComparer.Ordinal).Select(StreamKeys.Question).ToArray();
        if (knownAt is not { } known)
            return (await session.LoadManyAsync<Question>(token, keys)).ToDictionary(q => q.Slug, StringComparer.Ordinal);
        var found = new Dictionary<string, Question>(keys.Length, StringComparer.Ordinal);
        foreach (var part in keys.Chunk(AtOnce))
        {
            var events = await session.Events.QueryAllRawEvents().Where(e => part.Contains(e.StreamKey)).ToListAsync(token);
            foreach (var stream in events.GroupBy(e => e.StreamKey!, StringComparer.Ordinal))
            {
                if (Fold(stream.Key, stream.OrderBy(e => e.Version), known) is { } question)
                    found[question.Slug] = question;
            }
        }

        return found;
    }

    /// <summary>The slugs of the questions that have a tag, or had it by then.</summary>
    public static async Task<IReadOnlyCollection<string>> TaggedAsync(IQuerySession session, string tag, DateTimeOffset? knownAt, CancellationToken token)
    {
        var tagged = await session.Query<Question>().Where(q => q.Tags.Contains(tag)).Select(q => q.Slug).ToListAsync(token);
        if (knownAt is null)
            return [.. tagged];
        var changed = await ChangedDrafts.EditedOrDroppedAsync(session, token);
        var found = new List<string>();
        foreach (var part in tagged.Union(changed, StringComparer.Ordinal).Chunk(AtOnce))
        {
            found.AddRange((await LoadAsync(session, part, knownAt, token)).Values.Where(q => q.Tags.Contains(tag)).Select(q => q.Slug));
        }

        return found;
    }

    private static Question? Fold(string key, IEnumerable<IEvent> events, DateTimeOffset knownAt)
    {
        Question? question = null;
        foreach (var e in events.TakeWhile(e => e.Timestamp <= knownAt))
        {
            question = Question.Folded(question, key, e.Data, e.Id, e.Version);
        }

        return question;
    }
}
