using Domain;
using Domain.Questions;
using Marten;

namespace Api.Questions;

/// <summary>Questions as they stood before now.</summary>
public static class EarlierQuestions
{
    /// <summary>Questions as they stood at a point in time, in their order; what was not recorded by then is left out.</summary>
    public static Task<IReadOnlyList<Question>> AtAsync(IQuerySession session, IReadOnlyList<Question> questions, PointInTime at, CancellationToken token) =>
        AtAsync(session, [.. questions.Select(q => q.Slug)], at, token);

    /// <summary>The questions of some slugs as they stood at a point in time, in their order; drafts that were dropped later are among them.</summary>
    public static async Task<IReadOnlyList<Question>> AtAsync(IQuerySession session, IEnumerable<string> slugs, PointInTime at, CancellationToken token)
    {
        var keys = slugs.Select(StreamKeys.Question).ToArray();
        var events = (await session.Events.QueryAllRawEvents().Where(e => keys.Contains(e.StreamKey)).ToListAsync(token)).ToLookup(
            e => e.StreamKey!,
            StringComparer.Ordinal
        );
        return [.. keys.Select(key => QuestionHistory.At(key, events[key].OrderBy(e => e.Version).Select(e => (e.Data, e.Timestamp)), at)).OfType<Question>()];
    }
}
