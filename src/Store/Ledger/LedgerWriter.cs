using Domain.Ledger.Checkpoints;
using Domain.Ledger.Tiles;
using Npgsql;
using NpgsqlTypes;
using Store.Appending;

namespace Store.Ledger;

/// <summary>Writes what an extension of the log adds, in the transaction that changes the log's row.</summary>
internal static class LedgerWriter
{
    private static readonly string[] EntryColumns = ["number", "sequence", "event_id", "salts", "entry"];

    /// <summary>Appends leaves.</summary>
    /// <param name="connection">The connection, in the transaction.</param>
    /// <param name="from">The index of the first.</param>
    /// <param name="leaves">The leaves.</param>
    /// <param name="token">Ends the write.</param>
    public static async Task AppendAsync(NpgsqlConnection connection, long from, IReadOnlyList<NewLeaf> leaves, CancellationToken token)
    {
        await using var copy = await BinaryCopy.BeginAsync(connection, LedgerTables.Entries, EntryColumns, token);
        foreach (var (i, leaf) in leaves.Index())
        {
            await copy.StartRowAsync(token);
            copy.Write(from + i);
            copy.Write(leaf.Sequence);
            copy.Write(leaf.EventId);
            copy.WriteBytes(leaf.Salts);
            copy.WriteBytes(leaf.Entry);
        }

        await copy.CompleteAsync(token);
    }

    /// <summary>Writes tiles. A wider tile takes the place of a narrower one.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<(TilePath Path, HashTile Tile)> tiles, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {LedgerTables.Tiles} (level, number, hashes) select * from unnest($1, $2, $3)
            on conflict (level, number) do update set hashes = excluded.hashes
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. tiles.Select(t => t.Path.Level)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. tiles.Select(t => t.Path.Index)] });
        command.Parameters.Add(
            new NpgsqlParameter { Value = tiles.Select(t => t.Tile.Format()).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea }
        );
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Writes a checkpoint. One of the same size that has more signatures takes the place of the other.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, SignedCheckpoint checkpoint, bool hasMlDsa, DateTimeOffset at, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {LedgerTables.Checkpoints} (size, signed_at, has_ml_dsa, note) values ($1, $2, $3, $4)
            on conflict (size) do update set signed_at = excluded.signed_at, has_ml_dsa = excluded.has_ml_dsa, note = excluded.note
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = checkpoint.Checkpoint.Size });
        command.Parameters.Add(new NpgsqlParameter { Value = at.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = hasMlDsa });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkpoint.ToString() });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Notes from which size on keys sign, where that is not noted yet.</summary>
    public static async Task NoteAsync(NpgsqlConnection connection, LogSigners signers, long from, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {LedgerTables.Keys} (key, from_size) select k, $2 from unnest($1) as k on conflict do nothing",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [signers.Ed25519.Key.ToString(), signers.MlDsa44.Key.ToString()] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>
    /// Deletes checkpoints that were signed before an instant: those by Ed25519 alone, and of those with both signatures all but the last of each minute and
    /// the last of each minute that was witnessed. The last of all stays, and so does what has a time stamp.
    /// </summary>
    public static async Task ThinAsync(NpgsqlConnection connection, DateTimeOffset before, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            delete from {LedgerTables.Checkpoints} c where signed_at < $1 and size < (select max(size) from {LedgerTables.Checkpoints})
            and not exists (select from {LedgerTables.Timestamps} t where t.size = c.size)
            and size not in (
                select max(size) from {LedgerTables.Checkpoints} where has_ml_dsa group by date_trunc('minute', signed_at)
                union all
                select max(size) from {LedgerTables.Checkpoints} where has_ml_dsa and is_witnessed group by date_trunc('minute', signed_at))
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = before.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(token);
    }
}
