using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Npgsql;

namespace Store.Ledger;

/// <summary>
/// The tree, computed once more while its leaves are read. It is made of the hashes in the tiles, so that a leaf that was changed is named alone; a tile
/// that was changed with it shows in the tiles above and in the checkpoints.
/// </summary>
internal sealed class VerifiedTree(FoundMismatches found)
{
    /// <summary>The right end of what was computed so far.</summary>
    public TreeEdge Edge { get; private set; } = TreeEdge.Empty;

    /// <summary>Takes the next leaves.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="from">The index of the first, a multiple of 256.</param>
    /// <param name="to">The index after the last.</param>
    /// <param name="leaves">The leaves that are there, in order.</param>
    /// <param name="checkpoints">The checkpoints of sizes in (from, to], in order.</param>
    /// <param name="token">Ends the read.</param>
    public async Task AppendAsync(
        NpgsqlConnection connection,
        long from,
        long to,
        IReadOnlyList<KeptLeaf> leaves,
        IReadOnlyList<Checkpoint> checkpoints,
        CancellationToken token
    )
    {
        var hashes = await HashesAsync(connection, from, to, leaves, token);
        var at = from;
        var tiles = new List<(TilePath Path, HashTile Tile)>();
        foreach (var end in checkpoints.Select(c => c.Size).Append(to).Distinct())
        {
            var growth = Edge.Append(hashes.AsSpan((int)(at - from), (int)(end - at)));
            (Edge, at) = (growth.Edge, end);
            tiles.AddRange(growth.Tiles.Where(t => t.Path.Level > 0 && t.Path.IsFull));
            if (checkpoints.FirstOrDefault(c => c.Size == end) is { } checkpoint && checkpoint.Root != Edge.Root())
                found.Add(new LedgerMismatch(MismatchKind.Checkpoint, $"The checkpoint of size {end} has another root than the leaves."));
        }

        await CompareAsync(connection, tiles, token);
    }

    /// <summary>Compares the tiles that are still partial.</summary>
    public Task EndAsync(NpgsqlConnection connection, CancellationToken token) =>
        CompareAsync(connection, [.. Edge.Tiles().Where(t => t.Path.Level > 0)], token);

    /// <summary>The hashes of the leaves as the tiles have them; of the leaf itself where there is no tile.</summary>
    private async Task<Digest[]> HashesAsync(NpgsqlConnection connection, long from, long to, IReadOnlyList<KeptLeaf> leaves, CancellationToken token)
    {
        var paths = TilePath.Touched(from, to).TakeWhile(p => p.Level == 0).ToList();
        var tiles = await StoredTiles.ReadAsync(connection, paths, token);
        var byIndex = leaves.ToDictionary(l => l.Index);
        var hashes = new Digest[to - from];
        foreach (var path in paths)
        {
            var isThere = tiles.TryGetValue(path, out var tile);
            if (!isThere)
                found.Add(new LedgerMismatch(MismatchKind.Tile, $"The tile {path} is missing or too narrow."));
            for (var i = 0; i < path.Width; i++)
            {
                var index = (path.Index * TilePath.FullWidth) + i;
                Digest? kept = isThere ? tile!.Hashes[i] : null;
                Digest? made = byIndex.TryGetValue(index, out var leaf) ? MerkleTree.LeafHash(leaf.Entry) : null;
                if (made is null)
                    found.Add(new LedgerMismatch(MismatchKind.Leaf, "The leaf is missing.", LedgerIndex: index));
                else if (kept is { } expected && made != expected)
                    found.Add(new LedgerMismatch(MismatchKind.Leaf, "The leaf is not the one of the tree.", leaf!.EventId, leaf.Sequence, index));
                hashes[index - from] = kept ?? made ?? default;
            }
        }

        return hashes;
    }

    private async Task CompareAsync(NpgsqlConnection connection, List<(TilePath Path, HashTile Tile)> computed, CancellationToken token)
    {
        if (computed.Count == 0)
            return;
        var kept = await StoredTiles.ReadAsync(connection, [.. computed.Select(t => t.Path)], token);
        foreach (var (path, tile) in computed)
        {
            if (!kept.TryGetValue(path, out var stored))
                found.Add(new LedgerMismatch(MismatchKind.Tile, $"The tile {path} is missing or too narrow."));
            else if (!stored.Hashes.SequenceEqual(tile.Hashes))
                found.Add(new LedgerMismatch(MismatchKind.Tile, $"The tile {path} is not what the leaves give."));
        }
    }
}
