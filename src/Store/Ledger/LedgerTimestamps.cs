using Domain.Ledger.Checkpoints;
using Domain.Questions;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.Ledger;

/// <summary>A time stamp of a checkpoint.</summary>
/// <param name="Size">The size of the checkpoint.</param>
/// <param name="At">When it was taken, as the authority says.</param>
/// <param name="Token">The token (RFC 3161), in DER.</param>
public sealed record KeptTimestamp(long Size, DateTimeOffset At, byte[] Token);

/// <summary>The time stamps of checkpoints: one at the close of a question, and one every so often.</summary>
/// <param name="database">The database.</param>
public sealed class LedgerTimestamps(NpgsqlDataSource database)
{
    /// <summary>The least time between two time stamps: many questions may close one after the other.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);

    private const string Columns = $"select size, taken_at, token from {LedgerTables.Timestamps}";

    /// <summary>The checkpoint whose time is to be stamped now; null where none is.</summary>
    /// <param name="now">The present.</param>
    /// <param name="every">How long a log that grows goes without a time stamp.</param>
    /// <param name="token">Ends the look.</param>
    public async Task<SignedCheckpoint?> DueAsync(DateTimeOffset now, TimeSpan every, CancellationToken token)
    {
        var reader = new LedgerReader(database);
        if (await reader.LogAsync(token) is not { } log)
            return null;
        var last = await LastAsync(token);
        var from = last?.Size ?? 0;
        if (log.Size <= from || now - last?.At < Shortest)
            return null;
        if (await LastCloseAsync(from, token) is { } close)
            return await reader.CheckpointToStampAsync(close, token);
        return last is null || now - last.At >= every ? await reader.CheckpointToStampAsync(from, token) : null;
    }

    /// <summary>Keeps a time stamp.</summary>
    public async Task KeepAsync(KeptTimestamp stamp, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(stamp);
        await using var command = database.CreateCommand(
            $"insert into {LedgerTables.Timestamps} (size, taken_at, token) values ($1, $2, $3) on conflict (size) do nothing"
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = stamp.Size });
        command.Parameters.Add(new NpgsqlParameter { Value = stamp.At.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = stamp.Token });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The last time stamp; null where there is none.</summary>
    public async Task<KeptTimestamp?> LastAsync(CancellationToken token)
    {
        await using var command = database.CreateCommand($"{Columns} order by size desc limit 1");
        return await ReadAsync(command, token);
    }

    /// <summary>The time stamp of a checkpoint; null where it has none.</summary>
    /// <param name="size">The size of the checkpoint.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<KeptTimestamp?> OfAsync(long size, CancellationToken token)
    {
        await using var command = database.CreateCommand($"{Columns} where size = $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        return await ReadAsync(command, token);
    }

    /// <summary>The leaf of the last close of a question, of those from an index on; null where none closed.</summary>
    private async Task<long?> LastCloseAsync(long from, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select max(n.number) from {EventSql.Events} e join {LedgerTables.Entries} n on n.event_id = e.id
            where e.type = {EventSql.Name<QuestionClosed>()} and n.number >= $1
            and e.seq_id > coalesce((select sequence from {LedgerTables.Entries} where number = $1 - 1), 0)
            """
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        return await command.ExecuteScalarAsync(token) as long?;
    }

    private static async Task<KeptTimestamp?> ReadAsync(NpgsqlCommand command, CancellationToken token)
    {
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token)
            ? new KeptTimestamp(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<byte[]>(2))
            : null;
    }
}
