using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;
using Npgsql;

namespace Store.Ledger;

/// <summary>Reads tiles of hashes. A partial tile is the beginning of the widest one that was written.</summary>
internal static class StoredTiles
{
    /// <summary>Tiles at the widths of their paths; a tile that is narrower than asked for, or missing, is left out.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="paths">Which tiles.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyDictionary<TilePath, HashTile>> ReadAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<TilePath> paths,
        CancellationToken token
    )
    {
        var wanted = paths.ToArray();
        await using var command = new NpgsqlCommand(
            $"""
            select w.place, t.hashes from unnest($1, $2) with ordinality as w(level, number, place)
            join {LedgerTables.Tiles} t on t.level = w.level and t.number = w.number
            """,
            connection
        );
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = Array.ConvertAll(wanted, p => p.Level) });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(wanted, p => p.Index) });
        var tiles = new Dictionary<TilePath, HashTile>(wanted.Length);
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var path = wanted[reader.GetInt64(0) - 1];
            var bytes = reader.GetFieldValue<byte[]>(1);
            var length = path.Width * Digest.Length;
            if (bytes.Length >= length)
                tiles[path] = HashTile.Parse(bytes.AsSpan(0, length), path.Width).Value;
        }

        return tiles;
    }

    /// <summary>The right end of the tree, from which it grows.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="size">The number of leaves.</param>
    /// <param name="token">Ends the read.</param>
    /// <exception cref="DamagedLogException">A tile is missing.</exception>
    public static async Task<TreeEdge> EdgeAsync(NpgsqlConnection connection, long size, CancellationToken token)
    {
        // An empty tree has no tile, and TreeEdge asks for the partial ones only.
        var paths = TilePath.OfEdge(size).ToList();
        var tiles = await ReadAsync(connection, paths, token);
        return TreeEdge.From(size, path => tiles.TryGetValue(path, out var tile) ? tile : throw new DamagedLogException($"the tile {path} is missing"));
    }

    /// <summary>The hashes of the tree of a size that are needed for ranges of its leaves.</summary>
    /// <exception cref="DamagedLogException">A tile is missing.</exception>
    public static async Task<TileHashes> HashesAsync(NpgsqlConnection connection, long size, IEnumerable<LeafRange> ranges, CancellationToken token)
    {
        var tiles = await ReadAsync(connection, TileHashes.Needed(size, ranges), token);
        return new TileHashes(size, path => tiles.TryGetValue(path, out var tile) ? tile : throw new DamagedLogException($"the tile {path} is missing"));
    }
}

/// <summary>What the database holds of the log does not belong together. <c>GET /audit/verify</c> says what does not.</summary>
/// <param name="what">What is wrong, without a full stop.</param>
public sealed class DamagedLogException(string what) : Exception($"The log in the database is damaged: {what}.");
