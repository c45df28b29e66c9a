using Domain;
using Domain.Questions;
using Marten;
using Npgsql;
using Store.Events;

namespace Store.Reading;

/// <summary>Finds questions that are another than they were drafted. They are few, and are found by the index of rare types of events.</summary>
public static class ChangedDrafts
{
    /// <summary>The slugs of the questions that were edited, and of the drafts that were dropped.</summary>
    public static Task<IReadOnlyList<string>> EditedOrDroppedAsync(IQuerySession session, CancellationToken token) =>
        ReadAsync(session, EventSql.Names(typeof(QuestionEdited), typeof(DraftDropped)), token);

    /// <summary>The slugs of the drafts that were dropped. None of them is given out again.</summary>
    public static Task<IReadOnlyList<string>> DroppedAsync(IQuerySession session, CancellationToken token) =>
        ReadAsync(session, EventSql.Names(typeof(DraftDropped)), token);

    /// <summary>The questions as they were drafted, by slug.</summary>
    public static async Task<IReadOnlyDictionary<string, QuestionDrafted>> FirstAsync(
        IQuerySession session,
        IReadOnlyCollection<string> slugs,
        CancellationToken token
    )
    {
        var keys = slugs.Select(StreamKeys.Question).ToArray();
        var events =
            keys.Length == 0 ? [] : await session.Events.QueryAllRawEvents().Where(e => keys.Contains(e.StreamKey) && e.Version == 1).ToListAsync(token);
        return events.Select(e => e.Data).OfType<QuestionDrafted>().ToDictionary(d => d.Slug, StringComparer.Ordinal);
    }

    /// <summary>Some questions, and all that were edited or dropped, in the order of their slugs.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slugs">The questions, in the database's order.</param>
    /// <param name="after">Of the others only those after this slug.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<string>> AmongAsync(IQuerySession session, IReadOnlyList<string> slugs, string after, CancellationToken token)
    {
        var changed = (await EditedOrDroppedAsync(session, token)).Except(slugs, StringComparer.Ordinal).ToArray();
        if (changed.Length == 0)
            return slugs;
        await using var command = new NpgsqlCommand("select slug from unnest($1 || $2) as u (slug) where slug > $3 order by slug");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. slugs] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = changed });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        return await SlugsAsync(session, command, token);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(IQuerySession session, string types, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select distinct {EventSql.Slug("e")} from {EventSql.Events} e where e.type in ({types})");
        return await SlugsAsync(session, command, token);
    }

    private static async Task<IReadOnlyList<string>> SlugsAsync(IQuerySession session, NpgsqlCommand command, CancellationToken token)
    {
        var found = new List<string>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
            found.Add(reader.GetString(0));
        return found;
    }
}
