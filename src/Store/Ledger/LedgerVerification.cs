using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Tiles;
using Npgsql;
using Store.Events;

namespace Store.Ledger;

/// <summary>
/// Reads every event, leaf, salt, tile, checkpoint, time stamp and file of the copy again, a page at a time, and names each that no longer fits. What nothing
/// inside can show is a tail that was removed from everything: that takes a checkpoint that was kept outside.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="algorithms">The algorithms of signatures.</param>
/// <param name="trusted">Keys that are known from outside the database; one of them has to have signed the last checkpoint. Empty where none are.</param>
/// <param name="files">The copy as plain files, which is compared with the database; null where none is at hand.</param>
/// <param name="stamps">Verifies the time stamps; null where they are not looked at.</param>
public sealed class LedgerVerification(
    NpgsqlDataSource database,
    SignatureAlgorithms algorithms,
    IReadOnlyCollection<VerifierKey> trusted,
    ILogFiles? files = null,
    TimestampVerifier? stamps = null
)
{
    /// <summary>The most mismatches that are listed; all are counted.</summary>
    public const int MostMismatches = 1_000;

    private const int Page = 8 * TilePath.FullWidth;

    /// <summary>Looks through the log as it is at the moment.</summary>
    /// <param name="token">Ends the look.</param>
    /// <returns>What was found; null where no log is kept.</returns>
    public async Task<LedgerVerdict?> VerifyAsync(CancellationToken token)
    {
        if (await new LedgerReader(database).LogAsync(token) is not { } log)
            return null;
        var found = new FoundMismatches();
        var verifiers = await VerifiersAsync(found, token);
        var tree = new VerifiedTree(found);
        var after = 0L;
        for (var from = 0L; from < log.Size; from += Page)
        {
            await using var connection = await database.OpenConnectionAsync(token);
            var to = Math.Min(log.Size, from + Page);
            var leaves = await LeavesAsync(connection, from, Math.Min(log.Size, to + 1), token);
            var next = leaves.Count > 0 && leaves[^1].Index == to ? leaves[^1].Sequence : long.MaxValue;
            leaves.RemoveAll(l => l.Index >= to);
            var last = to == log.Size ? log.Through : Math.Clamp(LastOf(leaves, next), after, log.Through);
            await CompareAsync(connection, leaves, after, last, found, token);
            after = Math.Max(after, last);
            await tree.AppendAsync(connection, from, to, leaves, await CheckpointsAsync(connection, log, from, to, verifiers, found, token), token);
        }

        if (log.Size > 0)
            await EndAsync(tree, log, found, token);
        var timestamps = stamps is null ? default(long?) : await new VerifiedTimestamps(database, stamps).VerifyAsync(found, token);
        var copied = files is null ? default(CopyExtent?) : await new VerifiedCopy(database, files, s => WhyNotSigned(s, verifiers)).VerifyAsync(found, token);
        found.End();
        return new LedgerVerdict(log.Size, tree.Edge.Root().ToString(), found.Found, found.Count, found.Unopened, copied, timestamps);
    }

    /// <summary>The last sequence number of a page of leaves. One leaf whose number was changed does not move the bounds of the page.</summary>
    private static long LastOf(List<KeptLeaf> leaves, long next)
    {
        var sequences = leaves.Select(l => l.Sequence).Order().ToList();
        return sequences.Count(s => s >= next) == 1 && sequences.Count > 1 ? sequences[^2] : sequences.LastOrDefault();
    }

    private static async Task<List<KeptLeaf>> LeavesAsync(NpgsqlConnection connection, long from, long to, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"select number, sequence, event_id, entry, salts from {LedgerTables.Entries} where number >= $1 and number < $2 order by number",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        await using var reader = await command.ExecuteReaderAsync(token);
        var leaves = new List<KeptLeaf>((int)(to - from));
        while (await reader.ReadAsync(token))
            leaves.Add(LedgerReader.Leaf(reader));
        return leaves;
    }

    private static async Task CompareAsync(
        NpgsqlConnection connection,
        List<KeptLeaf> leaves,
        long after,
        long through,
        FoundMismatches found,
        CancellationToken token
    )
    {
        var waiting = new Dictionary<long, KeptLeaf>(leaves.Count);
        foreach (var leaf in leaves)
        {
            if (leaf.Sequence <= after || leaf.Sequence > through || !waiting.TryAdd(leaf.Sequence, leaf))
                found.AddLeaf(leaf);
        }

        var unopened = new List<UnopenedLeaf>();
        await using (
            var command = new NpgsqlCommand(
                $"select {StoredEvents.Columns("e")} from {EventSql.Events} e where e.seq_id > $1 and e.seq_id <= $2 order by e.seq_id",
                connection
            )
        )
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = through });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                var (sequence, recorded) = StoredEvents.Read(reader, 0);
                if (waiting.TryGetValue(sequence, out var leaf) && leaf.EventId == recorded.Id)
                {
                    waiting.Remove(sequence);
                    if (found.Compare(leaf, recorded) is { } lacking)
                        unopened.Add(lacking);
                }
                else if (recorded.Type != Tombstones.Type)
                {
                    found.AddEvent(recorded.Id, sequence);
                }
            }
        }

        foreach (var leaf in waiting.Values)
            found.AddLeaf(leaf);
        if (unopened.Count == 0)
            return;
        // Read after the events: a text that was erased meanwhile has its erasure by now.
        var erased = await RecordedErasures.OfAsync(connection, [.. unopened.Select(u => u.Stream).Distinct(StringComparer.Ordinal)], token);
        foreach (var lacking in unopened)
            found.Compare(lacking, erased);
    }

    /// <summary>The checkpoints of sizes above one and up to another, those that are rightly signed.</summary>
    private static async Task<IReadOnlyList<Checkpoint>> CheckpointsAsync(
        NpgsqlConnection connection,
        LogRow log,
        long from,
        long to,
        KnownKeys verifiers,
        FoundMismatches found,
        CancellationToken token
    )
    {
        await using var command = new NpgsqlCommand(
            $"select size, note from {LedgerTables.Checkpoints} where size > $1 and size <= $2 order by size",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        await using var reader = await command.ExecuteReaderAsync(token);
        var checkpoints = new List<Checkpoint>();
        while (await reader.ReadAsync(token))
        {
            var (size, note) = (reader.GetInt64(0), System.Text.Encoding.UTF8.GetBytes(reader.GetString(1)));
            if (!SignedCheckpoint.Parse(note).Is(out var signed, out var malformed))
                found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"The checkpoint of size {size}: {malformed.Reason}."));
            else if (WhyNotSigned(signed, verifiers) is { } reason)
                found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"The checkpoint of size {size}: {reason}."));
            else if (signed.Checkpoint.Size != size || signed.Checkpoint.Origin != log.Origin)
                found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"The checkpoint that is kept as of size {size} is of another tree."));
            else
                checkpoints.Add(signed.Checkpoint);
        }

        return checkpoints;
    }

    private static string? WhyNotSigned(SignedCheckpoint signed, KnownKeys verifiers) =>
        signed.Note.Verify(verifiers.Log).Is(out _, out var malformed)
        && signed.Note.Verify([.. verifiers.Log, .. verifiers.Witnesses]).Is(out _, out malformed)
            ? null
            : malformed.Reason;

    /// <summary>The keys by which checkpoints are verified: one of the log's has to have signed, and what a witness signed has to hold.</summary>
    private sealed record KnownKeys(IReadOnlyList<INoteVerifier> Log, IReadOnlyList<INoteVerifier> Witnesses);

    private async Task<KnownKeys> VerifiersAsync(FoundMismatches found, CancellationToken token)
    {
        var verifiers = trusted.Select(k => NoteKeys.Verifier(k, algorithms)).ToList();
        foreach (var kept in await new LedgerReader(database).KeysAsync(token))
        {
            if (!VerifierKey.Parse(kept.Key).Is(out var key, out var malformed))
                found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"A key of the log cannot be read. {malformed.Reason}."));
            else if (!trusted.Contains(key))
                verifiers.Add(NoteKeys.Verifier(key, algorithms));
        }

        var policy = await new LedgerReader(database).PolicyAsync(token);
        return new KnownKeys(verifiers, [.. (policy?.Witnesses ?? []).Select(w => NoteKeys.Verifier(w.Key, algorithms))]);
    }

    private async Task EndAsync(VerifiedTree tree, LogRow log, FoundMismatches found, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await tree.EndAsync(connection, token);
        // The log may have grown meanwhile, so that what is beyond it is looked for in what it is now.
        await using var command = new NpgsqlCommand(
            $"""
            select (select note from {LedgerTables.Checkpoints} where size = $1), (select max(size) from {LedgerTables.Checkpoints}), size
            from {LedgerTables.Tree} where id = 1
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = log.Size });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        var (lastSize, size) = (await reader.IsDBNullAsync(1, token) ? 0 : reader.GetInt64(1), reader.GetInt64(2));
        if (lastSize > size)
            found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"There is a checkpoint of size {lastSize}, and the log has {size} leaves."));
        if (await reader.IsDBNullAsync(0, token))
        {
            // A checkpoint of a size that the log has left behind may have been thinned out.
            if (size == log.Size)
                found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"The checkpoint of the last size, {log.Size}, is missing."));
            return;
        }

        var present = trusted.Select(k => NoteKeys.Verifier(k, algorithms)).ToList();
        var note = System.Text.Encoding.UTF8.GetBytes(reader.GetString(0));
        if (present.Count > 0 && SignedNote.Parse(note).Is(out var signed, out _) && !signed.Verify(present).Is(out _, out var malformed))
            found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"The last checkpoint is not signed by the configured key: {malformed.Reason}."));
    }
}
