using System.Data.Common;
using Domain.Erasures;
using Domain.People;
using Marten;
using Npgsql;

namespace Store.Events;

/// <summary>
/// Reads what was erased, as the events of streams say. The words in the place of a text do not tell: whoever writes a text can write them.
/// </summary>
internal static class RecordedErasures
{
    /// <summary>When each erased text of some streams was erased.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyDictionary<(Guid Event, int Text), DateTimeOffset>> OfAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> streams,
        CancellationToken token
    )
    {
        await using var command = In(streams);
        command.Connection = connection;
        await using var reader = await command.ExecuteReaderAsync(token);
        return await ReadAsync(reader, token);
    }

    /// <inheritdoc cref="OfAsync(NpgsqlConnection, IReadOnlyCollection{string}, CancellationToken)"/>
    /// <param name="session">A session, in whose transaction it is read.</param>
    /// <param name="streams">The streams.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyDictionary<(Guid Event, int Text), DateTimeOffset>> OfAsync(
        IQuerySession session,
        IReadOnlyCollection<string> streams,
        CancellationToken token
    )
    {
        await using var command = In(streams);
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await ReadAsync(reader, token);
    }

    private static NpgsqlCommand In(IReadOnlyCollection<string> streams)
    {
        var command = new NpgsqlCommand(
            $"""
            select e.type, {EventSql.Stored("e")}::text from {EventSql.Events} e
            where e.stream_id = any($1) and e.type in ({EventSql.Names(typeof(TextsErased), typeof(PersonErased))})
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. streams] });
        return command;
    }

    private static async Task<IReadOnlyDictionary<(Guid Event, int Text), DateTimeOffset>> ReadAsync(DbDataReader reader, CancellationToken token)
    {
        var erased = new Dictionary<(Guid, int), DateTimeOffset>();
        while (await reader.ReadAsync(token))
        {
            var erasure = (IErasure)EventJson.Read(reader.GetString(0), reader.GetString(1));
            foreach (var (id, texts) in erasure.Erased)
            {
                foreach (var text in texts)
                    erased[(id, text)] = erasure.ErasedAt;
            }
        }

        return erased;
    }
}
