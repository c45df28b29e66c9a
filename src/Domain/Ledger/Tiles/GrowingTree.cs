using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Domain.Ledger.Merkle;

namespace Domain.Ledger.Tiles;

/// <summary>A tree while it takes leaves; nobody else sees it.</summary>
internal sealed class GrowingTree
{
    private readonly List<Level> _levels = [];
    private readonly List<(TilePath Path, HashTile Tile)> _tiles = [];
    private long _size;

    /// <summary>A tree of that size, whose levels end with these partial tiles.</summary>
    public GrowingTree(long size, ImmutableArray<ImmutableArray<Digest>> levels)
    {
        _size = size;
        for (var level = 0; level < levels.Length; level++)
            _levels.Add(new Level(size >> (TilePath.Height * (level + 1)), levels[level]));
    }

    /// <summary>Takes the next leaf.</summary>
    public void Add(in Digest leafHash)
    {
        Add(0, leafHash);
        _size++;
    }

    /// <summary>The tree with all that it took.</summary>
    public TreeGrowth End()
    {
        for (var level = 0; level < _levels.Count; level++)
        {
            var last = _levels[level];
            if (last.Grew && last.Hashes.Count > 0)
                _tiles.Add((new TilePath(level, last.Index, last.Hashes.Count), HashTile.Of(CollectionsMarshal.AsSpan(last.Hashes))));
        }

        return new TreeGrowth(
            new TreeEdge(_size, [.. _levels.Select(l => l.Hashes.ToImmutableArray())]),
            [.. _tiles.OrderBy(t => t.Path.Level).ThenBy(t => t.Path.Index)]
        );
    }

    private void Add(int level, in Digest hash)
    {
        if (level == _levels.Count)
            _levels.Add(new Level(0, []));
        var last = _levels[level];
        last.Hashes.Add(hash);
        last.Grew = true;
        if (last.Hashes.Count < TilePath.FullWidth)
            return;
        var full = HashTile.Of(CollectionsMarshal.AsSpan(last.Hashes));
        _tiles.Add((new TilePath(level, last.Index, TilePath.FullWidth), full));
        last.Index++;
        last.Hashes.Clear();
        Add(level + 1, full.SubtreeHash(TilePath.Height, 0));
    }

    /// <summary>The last tile of a level: its index, and the hashes that it has so far.</summary>
    private sealed class Level(long index, ImmutableArray<Digest> hashes)
    {
        public List<Digest> Hashes { get; } = [.. hashes];

        public long Index { get; set; } = index;

        public bool Grew { get; set; }
    }
}
