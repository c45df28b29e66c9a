using Domain;
using JasperFx.Events;
using Marten;
using Npgsql;
using Store.Events;

namespace Store.Reading;

/// <summary>Reads the way of a question's outcome. A question's stream may hold much besides: every edit of it, with what stood before.</summary>
public static class ResolutionLog
{
    /// <summary>What was proposed, rejected, confirmed, disputed and taken back, in the order of recording.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<IEvent>> OfAsync(IQuerySession session, string slug, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"select e.seq_id from {EventSql.Events} e where e.stream_id = $1 and e.type in ({EventSql.Names(EventGroups.Resolving)})"
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = StreamKeys.Question(slug) });
        var found = new List<long>();
        await using (var reader = await session.ExecuteReaderAsync(command, token))
        {
            while (await reader.ReadAsync(token))
                found.Add(reader.GetInt64(0));
        }

        var sequences = found.ToArray();
        return sequences.Length == 0
            ? []
            : await session.Events.QueryAllRawEvents().Where(e => e.Sequence.IsOneOf(sequences)).OrderBy(e => e.Version).ToListAsync(token);
    }
}
