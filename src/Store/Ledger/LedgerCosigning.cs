using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Npgsql;
using NpgsqlTypes;

namespace Store.Ledger;

/// <summary>How a witness answers.</summary>
/// <param name="Url">Where it is asked.</param>
/// <param name="Size">The size of the checkpoint of the log that it cosigned last.</param>
/// <param name="CosignedAt">When it last gave a cosignature; null for never.</param>
/// <param name="FailingSince">Since when it gives none; null where it does.</param>
/// <param name="Failure">Why it gives none, in a sentence; null where it does.</param>
public sealed record WitnessRow(string Url, long Size, DateTimeOffset? CosignedAt, DateTimeOffset? FailingSince, string? Failure)
{
    internal static WitnessRow Read(NpgsqlDataReader reader) =>
        new(
            reader.GetString(0),
            reader.GetInt64(1),
            reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : reader.GetString(4)
        );
}

/// <summary>Keeps what witnesses sign. Nothing of it is done in the transaction that extends the log, so that no witness holds it up.</summary>
/// <param name="database">The database.</param>
/// <param name="signers">Who signs.</param>
/// <param name="clock">The time of the signatures.</param>
public sealed class LedgerCosigning(NpgsqlDataSource database, LogSigners signers, TimeProvider clock)
{
    /// <summary>The checkpoint to be cosigned: the last one, signed by both keys. Before there is one, that of the empty tree, which is kept nowhere.</summary>
    /// <exception cref="DamagedLogException">The last checkpoint cannot be read.</exception>
    public async Task<SignedCheckpoint> NextAsync(CancellationToken token)
    {
        if (await new LedgerReader(database).CheckpointAsync(token) is not { } note)
            return signers.Sign(new Checkpoint(signers.Origin, 0, MerkleTree.EmptyRoot), withMlDsa: true, clock.GetUtcNow());
        var last = LedgerCheckpoints.Read(note);
        return IsSignedByMlDsa(last) || last.Checkpoint.Origin != signers.Origin ? last : await SignAsync(last, token);
    }

    /// <summary>Keeps cosignatures with their checkpoint.</summary>
    /// <param name="cosigned">
    /// The checkpoint that was asked for. Where another of its size is kept now, nothing is: the signatures are of this one's text.
    /// </param>
    /// <param name="cosignatures">The cosignatures, which have been verified.</param>
    /// <param name="isWitnessed">Whether a checkpoint counts as witnessed by the signatures that it has.</param>
    /// <param name="token">Ends the write.</param>
    public async Task KeepAsync(
        SignedCheckpoint cosigned,
        IReadOnlyList<NoteSignature> cosignatures,
        Func<SignedCheckpoint, bool> isWitnessed,
        CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(cosigned);
        ArgumentNullException.ThrowIfNull(isWitnessed);
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        if (await LedgerCheckpoints.LockAsync(connection, cosigned.Checkpoint.Size, token) is not { } present || present.Note.Text != cosigned.Note.Text)
            return;
        var kept = present.With(cosignatures);
        await LedgerCheckpoints.ReplaceAsync(connection, kept, isWitnessed(kept), token);
        await transaction.CommitAsync(token);
    }

    /// <summary>Notes which witnesses are asked, and by which policy a checkpoint counts as witnessed.</summary>
    /// <param name="urls">Where they are asked.</param>
    /// <param name="policy">The policy without logs, a tlog-policy file; null where no witness is asked.</param>
    /// <param name="token">Ends the write.</param>
    public async Task BeginAsync(IReadOnlyCollection<string> urls, string? policy, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await LogRow.BeginAsync(connection, signers.Origin, token);
        await using var command = new NpgsqlCommand(
            $"""
            with asked as (insert into {LedgerTables.Witnesses} (url, size) select u, 0 from unnest($1) u on conflict do nothing),
            others as (delete from {LedgerTables.Witnesses} where url <> all ($1))
            update {LedgerTables.Tree} set policy = $2 where id = 1 and policy is distinct from $2
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. urls] });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)policy ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Notes how a witness answered.</summary>
    /// <param name="url">Where it was asked.</param>
    /// <param name="size">The size of what it cosigned last, as far as that is known.</param>
    /// <param name="failure">Why it gave no cosignature; null where it did.</param>
    /// <param name="token">Ends the write.</param>
    public async Task NoteAsync(string url, long size, string? failure, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            update {LedgerTables.Witnesses} set size = $2, failure = $3, cosigned_at = case when $3 is null then $4 else cosigned_at end,
            failing_since = case when $3 is null then null else coalesce(failing_since, $4) end where url = $1
            """
        );
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = url });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)failure ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar });
        command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow().UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync(token);
    }

    private bool IsSignedByMlDsa(SignedCheckpoint checkpoint) =>
        checkpoint.Note.Signatures.Any(s => s.KeyId == signers.MlDsa44.Key.Id && s.Name == signers.MlDsa44.Key.Name);

    /// <summary>The same tree, signed by both keys. It was committed, and may be signed again by anybody who has them.</summary>
    private async Task<SignedCheckpoint> SignAsync(SignedCheckpoint last, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var present = await LedgerCheckpoints.LockAsync(connection, last.Checkpoint.Size, token) ?? last;
        var signed = present.With([signers.MlDsa44.Sign(present.Note.Text, clock.GetUtcNow().ToUnixTimeSeconds())]);
        await LedgerCheckpoints.ReplaceAsync(connection, signed, isWitnessed: false, token);
        await transaction.CommitAsync(token);
        return signed;
    }
}
