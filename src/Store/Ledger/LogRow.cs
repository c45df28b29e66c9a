using Npgsql;
using NpgsqlTypes;

namespace Store.Ledger;

/// <summary>The log as it is: the one row that each extension locks, compares and changes.</summary>
/// <param name="Origin">Which log.</param>
/// <param name="Size">The number of leaves.</param>
/// <param name="Through">The sequence number up to which every event has its leaf.</param>
/// <param name="MlDsaAt">When a checkpoint was last signed by ML-DSA-44; null for never.</param>
/// <param name="Refusal">Why nothing is signed; null where nothing stands against it.</param>
public sealed record LogRow(string Origin, long Size, long Through, DateTimeOffset? MlDsaAt, string? Refusal)
{
    private const string Columns = $"select origin, size, through, ml_dsa_at, refusal from {LedgerTables.Tree} where id = 1";

    /// <summary>The row; null where no log has been begun.</summary>
    internal static async Task<LogRow?> ReadAsync(NpgsqlConnection connection, CancellationToken token) => await ReadAsync(connection, Columns, token);

    /// <summary>The row, locked until the transaction ends; null where another process has it.</summary>
    internal static async Task<LogRow?> LockAsync(NpgsqlConnection connection, CancellationToken token) =>
        await ReadAsync(connection, $"{Columns} for update skip locked", token);

    /// <summary>Begins a log where there is none.</summary>
    internal static async Task BeginAsync(NpgsqlConnection connection, string origin, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {LedgerTables.Tree} (id, origin, size, through) values (1, $1, 0, 0) on conflict do nothing",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = origin });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Changes the row, if the tree still has the size that the change was made from. A lock alone would not stop a process that was paused.</summary>
    /// <exception cref="LogMovedException">The tree has another size.</exception>
    internal async Task SwapAsync(NpgsqlConnection connection, LogRow next, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"update {LedgerTables.Tree} set size = $3, through = $4, ml_dsa_at = $5, refusal = $6 where id = 1 and size = $1 and through = $2",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Size });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Through });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = next.Size });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = next.Through });
        command.Parameters.Add(new NpgsqlParameter { Value = next.MlDsaAt is { } at ? at.UtcDateTime : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)next.Refusal ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar });
        if (await command.ExecuteNonQueryAsync(token) != 1)
            throw new LogMovedException();
    }

    private static async Task<LogRow?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        if (!await reader.ReadAsync(token))
            return null;
        DateTimeOffset? mlDsaAt = await reader.IsDBNullAsync(3, token) ? null : reader.GetFieldValue<DateTimeOffset>(3);
        var refusal = await reader.IsDBNullAsync(4, token) ? null : reader.GetString(4);
        return new LogRow(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), mlDsaAt, refusal);
    }
}

/// <summary>Another process has extended the log. Nothing was changed.</summary>
public sealed class LogMovedException() : Exception("The log was extended by another process at the same time.");
