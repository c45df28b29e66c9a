using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Npgsql;
using Store.Events;

namespace Store.Ledger;

/// <summary>What was adopted.</summary>
/// <param name="From">The number of leaves before.</param>
/// <param name="To">The number of leaves after.</param>
/// <param name="Lost">How many of the leaves between have no event any more.</param>
public sealed record Adopted(long From, long To, long Lost);

/// <summary>
/// Brings a database that was restored up to a copy of its log, so that the log goes on and is not forked. The leaves after the restored ones are taken over;
/// their salts are lost, and most of their events are, which a look through the log names for ever.
/// </summary>
/// <param name="database">The database.</param>
public sealed class LedgerAdoption(NpgsqlDataSource database)
{
    /// <summary>Takes over the end of a copy.</summary>
    /// <param name="checkpoint">The checkpoint of the copy, whose signatures have been verified.</param>
    /// <param name="read">Reads a bundle of the copy.</param>
    /// <param name="token">Ends it; nothing is changed then.</param>
    /// <returns>What was adopted; null where another process is extending the log at the moment.</returns>
    /// <exception cref="DamagedLogException">The copy does not continue the log of the database.</exception>
    public async Task<Adopted?> AdoptAsync(SignedCheckpoint checkpoint, Func<EntryBundlePath, Task<EntryBundle>> read, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(read);
        var head = checkpoint.Checkpoint;
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        if (await LogRow.LockAsync(connection, token) is not { } row)
            return null;
        if (head.Origin != row.Origin)
            throw new DamagedLogException($"the copy is of {head.Origin}, and the database holds {row.Origin}");
        if (head.Size <= row.Size)
            return new Adopted(row.Size, row.Size, 0);
        var edge = await StoredTiles.EdgeAsync(connection, row.Size, token);
        var (through, lost) = (row.Through, 0L);
        foreach (var path in EntryBundlePath.Touched(row.Size, head.Size))
        {
            var first = path.Index * EntryBundlePath.FullWidth;
            var bundle = await read(path);
            var entries = bundle.Entries.Skip((int)Math.Max(0, row.Size - first)).Select(e => e.ToArray()).ToList();
            var leaves = await LeavesAsync(connection, row.Through, entries, token);
            var growth = edge.Append([.. entries.Select(e => MerkleTree.LeafHash(e))]);
            await LedgerWriter.AppendAsync(connection, edge.Size, leaves, token);
            await LedgerWriter.WriteAsync(connection, growth.Tiles, token);
            edge = growth.Edge;
            through = Math.Max(through, leaves.Max(l => l.Sequence));
            lost += leaves.Count(l => l.Sequence == 0);
        }

        if (edge.Root() != head.Root)
            throw new DamagedLogException("the copy does not continue it: one of the two has been forked or rewritten");
        await LedgerWriter.WriteAsync(connection, checkpoint, hasMlDsa: false, DateTimeOffset.UtcNow, token);
        await row.SwapAsync(connection, row with { Size = edge.Size, Through = through, Refusal = null }, token);
        await transaction.CommitAsync(token);
        return new Adopted(row.Size, edge.Size, lost);
    }

    /// <summary>The leaves, each with its event where the restored database still has that, and with no salts.</summary>
    private static async Task<List<NewLeaf>> LeavesAsync(NpgsqlConnection connection, long after, List<byte[]> entries, CancellationToken token)
    {
        var parsed = entries
            .Select(e =>
                LedgerLeaf.Parse(e).Is(out var leaf, out var malformed) ? leaf : throw new DamagedLogException($"an entry is no leaf: {malformed.Reason}")
            )
            .ToList();
        var sequences = new Dictionary<Guid, long>();
        await using (var command = new NpgsqlCommand($"select id, seq_id from {EventSql.Events} where seq_id > $1 and id = any($2)", connection))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. parsed.Select(l => l.Id)] });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                sequences[reader.GetGuid(0)] = reader.GetInt64(1);
        }

        return
        [
            .. parsed.Select(
                (leaf, i) =>
                    new NewLeaf(
                        sequences.GetValueOrDefault(leaf.Id),
                        leaf.Id,
                        entries[i],
                        new LeafSalts(null, null, null, [.. leaf.Text.Select(_ => (Salt?)null)]).Format()
                    )
            ),
        ];
    }
}
