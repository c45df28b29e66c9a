using Domain.Ledger.Leaves;
using Npgsql;
using Store.Events;

namespace Store.Ledger;

/// <summary>An event with its place among all events.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="Event">The event, with its data as they are stored.</param>
public readonly record struct SequencedEvent(long Sequence, RecordedEvent Event);

/// <summary>Reads events as they are stored, for leaves. No object is made of their data, so that no later version makes another leaf.</summary>
internal static class StoredEvents
{
    /// <summary>What <see cref="Read"/> reads, of the events under an alias.</summary>
    public static string Columns(string alias) =>
        $"{alias}.seq_id, {alias}.id, {alias}.stream_id, {alias}.version, {alias}.type, {alias}.timestamp, {alias}.user_name, {EventSql.Stored(alias)}::text";

    /// <summary>The events after a sequence number, in order.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="after">The sequence number after which they begin.</param>
    /// <param name="through">The last sequence number.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<SequencedEvent>> BetweenAsync(NpgsqlConnection connection, long after, long through, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns("e")} from {EventSql.Events} e where e.seq_id > $1 and e.seq_id <= $2 order by e.seq_id",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = through });
        var events = new List<SequencedEvent>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            events.Add(Read(reader, 0));
        return events;
    }

    /// <summary>The sequence number up to which the data of the events, as they lie in the database, have so many bytes; one event at least.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="after">The sequence number after which the events begin.</param>
    /// <param name="through">The last sequence number.</param>
    /// <param name="mostBytes">The number of bytes.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<long> FittingAsync(NpgsqlConnection connection, long after, long through, long mostBytes, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select min(place) filter (where bytes > $3), min(place) from (
                select e.seq_id as place, sum(pg_column_size({EventSql.Stored("e")})) over (order by e.seq_id) as bytes
                from {EventSql.Events} e where e.seq_id > $1 and e.seq_id <= $2) s
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = through });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = mostBytes });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        if (await reader.IsDBNullAsync(0, token))
            return through;
        return Math.Max(reader.GetInt64(0) - 1, reader.GetInt64(1));
    }

    /// <summary>The event in a row.</summary>
    public static SequencedEvent Read(NpgsqlDataReader reader, int first) =>
        new(
            reader.GetInt64(first),
            new RecordedEvent(
                reader.GetGuid(first + 1),
                reader.GetString(first + 2),
                reader.GetInt64(first + 3),
                reader.GetString(first + 4),
                reader.GetFieldValue<DateTimeOffset>(first + 5),
                reader.IsDBNull(first + 6) ? null : reader.GetString(first + 6),
                reader.GetFieldValue<byte[]>(first + 7)
            )
        );
}
