using CsCheck;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;

namespace Domain.Tests.Ledger;

/// <summary>A tree that grows, by its tiles.</summary>
public sealed class TreeEdgeTests
{
    private static readonly Digest[] Leaves = Trees.Leaves(66_000);

    [Fact]
    public void Tiles_are_the_golden_ones()
    {
        var golden = LedgerFiles.GoldenJson("tree.json").GetProperty("tiles");
        var tiles = Trees.Tiles(Leaves.AsSpan(0, golden.GetProperty("size").GetInt32()));

        Assert.Equal(
            golden.GetProperty("sha256").EnumerateObject().Select(t => (t.Name, t.Value.GetString()!)),
            tiles
                .OrderBy(t => t.Key.Level)
                .ThenBy(t => t.Key.Index)
                .Select(t => (t.Key.ToString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(t.Value.Format()))))
        );
    }

    [Fact]
    public void A_tree_that_grows_by_parts_is_the_tree_that_grows_at_once() =>
        Gen.Int[0, 400]
            .Array[0, 6]
            .Sample(
                parts =>
                {
                    var (edge, kept, size) = (TreeEdge.Empty, new Dictionary<TilePath, HashTile>(), 0);
                    foreach (var part in parts)
                    {
                        var growth = edge.Append(Leaves.AsSpan(size, part));
                        Assert.Equal(TilePath.Touched(size, size + part), growth.Tiles.Select(t => t.Path));
                        foreach (var (path, tile) in growth.Tiles)
                            kept[path] = tile;
                        (edge, size) = (growth.Edge, size + part);
                    }

                    Assert.Equal((size, MerkleTree.Root(Leaves.AsSpan(0, size))), (edge.Size, edge.Root()));
                    Assert.Equal(edge.Root(), new TileHashes(size, path => kept[path]).Root());
                    Assert.All(Trees.Tiles(Leaves.AsSpan(0, size)), t => Assert.Equal(t.Value.Format(), kept[t.Key].Format()));
                },
                iter: 200
            );

    [Fact]
    public void A_tree_goes_on_from_its_tiles() =>
        (from size in Gen.Int[0, 800] from more in Gen.Int[0, 300] select (size, more)).Sample(
            drawn =>
            {
                var tiles = Trees.Tiles(Leaves.AsSpan(0, drawn.size));
                var edge = TreeEdge.From(drawn.size, path => tiles[path]);
                Assert.Equal(MerkleTree.Root(Leaves.AsSpan(0, drawn.size)), edge.Root());
                Assert.Equal(MerkleTree.Root(Leaves.AsSpan(0, drawn.size + drawn.more)), edge.Append(Leaves.AsSpan(drawn.size, drawn.more)).Edge.Root());
            },
            iter: 200
        );

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(66_000)]
    public void A_tree_of_three_levels_has_its_root_and_its_proofs(int size)
    {
        var leaves = Leaves.AsSpan(0, size);
        var (root, hashes) = (MerkleTree.Root(leaves), Trees.Hashes(leaves));

        Assert.Equal((root, root), (TreeEdge.Empty.Append(leaves).Edge.Root(), hashes.Root()));
        foreach (var place in new[] { 0, 1, 255, 256, 40_000, 65_279, size - 1 })
        {
            Assert.True(hashes.Inclusion(place).Verifies(leaves[place], root));
            Assert.True(hashes.Consistency(place + 1).Verifies(MerkleTree.Root(leaves[..(place + 1)]), root));
        }
    }

    [Fact]
    public void A_growth_that_is_thrown_away_leaves_the_tree_as_it_was()
    {
        var edge = TreeEdge.Empty.Append(Leaves.AsSpan(0, 300)).Edge;
        var root = edge.Root();
        _ = edge.Append(Leaves.AsSpan(1_000, 500));

        Assert.Equal((300, root), (edge.Size, edge.Root()));
        Assert.Equal(MerkleTree.Root(Leaves.AsSpan(0, 301)), edge.Append(Leaves.AsSpan(300, 1)).Edge.Root());
    }

    [Fact]
    public void A_proof_is_made_of_the_tiles_that_were_named_for_it() =>
        (from size in Gen.Int[1, 1_500] from place in Gen.Int[0, size - 1] select (size, place)).Sample(
            drawn =>
            {
                var tiles = Trees.Tiles(Leaves.AsSpan(0, drawn.size));
                var named = TileHashes.Needed(drawn.size, InclusionProof.Ranges(drawn.place, drawn.size));
                var read = new List<TilePath>();
                new TileHashes(
                    drawn.size,
                    path =>
                    {
                        read.Add(path);
                        return tiles[path];
                    }
                ).Inclusion(drawn.place);
                Assert.Equal(named.Order(Comparer<TilePath>.Create(Compare)), read.Order(Comparer<TilePath>.Create(Compare)));
            },
            iter: 200
        );

    private static int Compare(TilePath a, TilePath b) => (a.Level, a.Index).CompareTo((b.Level, b.Index));
}
