using Domain.Ledger.Checkpoints;
using Npgsql;

namespace Store.Ledger;

/// <summary>Reads and changes a checkpoint that is there.</summary>
internal static class LedgerCheckpoints
{
    /// <summary>The checkpoint of a size, locked until the transaction ends, so that no signature is lost; null where there is none.</summary>
    public static async Task<SignedCheckpoint?> LockAsync(NpgsqlConnection connection, long size, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select note from {LedgerTables.Checkpoints} where size = $1 for update", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        return await command.ExecuteScalarAsync(token) is string note ? Read(note) : null;
    }

    /// <summary>Puts a checkpoint with more signatures in the place of the one with the same size.</summary>
    /// <param name="connection">The connection, in the transaction that locked it.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="isWitnessed">Whether it counts as witnessed from now on; one that did already does so still.</param>
    /// <param name="token">Ends the write.</param>
    public static async Task ReplaceAsync(NpgsqlConnection connection, SignedCheckpoint checkpoint, bool isWitnessed, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"update {LedgerTables.Checkpoints} set note = $2, has_ml_dsa = true, is_witnessed = is_witnessed or $3 where size = $1",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = checkpoint.Checkpoint.Size });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = checkpoint.ToString() });
        command.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = isWitnessed });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Reads a note that this service has written.</summary>
    /// <exception cref="DamagedLogException">It is no checkpoint.</exception>
    public static SignedCheckpoint Read(string note) =>
        SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes(note)).Is(out var checkpoint, out var malformed)
            ? checkpoint
            : throw new DamagedLogException($"a checkpoint cannot be read. {malformed.Reason}");
}
