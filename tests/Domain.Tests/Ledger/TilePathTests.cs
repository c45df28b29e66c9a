using CsCheck;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;

namespace Domain.Tests.Ledger;

/// <summary>The paths of tiles.</summary>
public sealed class TilePathTests
{
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(1, 999, 256, "tile/1/999")]
    [InlineData(0, 1_000, 256, "tile/0/x001/000")]
    [InlineData(2, 1_234_067, 17, "tile/2/x001/x234/067.p/17")]
    [InlineData(0, 273, 112, "tile/0/273.p/112")]
    [InlineData(0, long.MaxValue / 256, 255, "tile/0/x036/x028/x797/x018/x963/967.p/255")]
    public void A_path_is_written_as_the_specification_has_it(int level, long index, int width, string path)
    {
        Assert.Equal(path, new TilePath(level, index, width).ToString());
        Assert.Equal(new TilePath(level, index, width), TilePath.Parse(path).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/8/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/000")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x001/x000")]
    [InlineData("tile/0/x001")]
    [InlineData("tile/0/000/")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p/")]
    [InlineData("tile/0/000.p/1/2")]
    [InlineData("tile/0/000.p/ 1")]
    [InlineData("tile/0/000.p/-1")]
    [InlineData("tile/0/٠٠٠")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/entries/000")]
    public void Another_spelling_is_refused(string path) => Assert.NotNull(TilePath.Parse(path).Reason);

    [Fact]
    public void A_bundle_has_the_path_of_its_index()
    {
        Assert.Equal("tile/entries/x001/x234/067.p/1", new EntryBundlePath(1_234_067, 1).ToString());
        Assert.Equal(new EntryBundlePath(1_234_067, 1), EntryBundlePath.Parse("tile/entries/x001/x234/067.p/1").Value);
        Assert.NotNull(EntryBundlePath.Parse("tile/0/000").Reason);
        Assert.NotNull(EntryBundlePath.Parse("tile/entries/000.p/256").Reason);
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        (from level in Gen.Int[0, 7] from index in Gen.Long[0, long.MaxValue / 256] from width in Gen.Int[1, 256] select (level, index, width)).Sample(t =>
        {
            var (tile, bundle) = (new TilePath(t.level, t.index, t.width), new EntryBundlePath(t.index, t.width));
            Assert.Equal((tile, bundle), (TilePath.Parse(tile.ToString()).Value, EntryBundlePath.Parse(bundle.ToString()).Value));
        });

    [Fact]
    public void Trees_have_the_tiles_that_the_specification_counts()
    {
        var tiles = TilePath.OfTree(70_000).ToList();

        Assert.Equal(273, tiles.Count(t => t is { Level: 0, IsFull: true }));
        Assert.Equal(1, tiles.Count(t => t is { Level: 1, IsFull: true }));
        Assert.Equal(["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"], tiles.Where(t => !t.IsFull).Select(t => t.ToString()));
        Assert.Equal(["tile/0/000", "tile/1/000.p/1"], TilePath.OfTree(256).Select(t => t.ToString()));
        Assert.Empty(TilePath.OfTree(0));
    }

    [Fact]
    public void A_growth_touches_the_tiles_that_the_tree_did_not_have() =>
        (from to in Gen.OneOf(Gen.Int[0, 600], Gen.Int[65_000, 66_600]) from more in Gen.Int[0, 600] select (From: Math.Max(0, to - more), to)).Sample(
            t =>
            {
                Assert.Equal(TilePath.OfTree(t.to).Except(TilePath.OfTree(t.From)), TilePath.Touched(t.From, t.to));
                Assert.Equal(EntryBundlePath.Touched(0, t.to).Except(EntryBundlePath.Touched(0, t.From)), EntryBundlePath.Touched(t.From, t.to));
            },
            iter: 300
        );

    [Fact]
    public void A_proof_needs_a_tile_a_level_at_most_beside_those_at_the_right_end()
    {
        const long size = 10_000_123;
        var needed = TileHashes.Needed(size, InclusionProof.Ranges(5_000_000, size));

        Assert.InRange(needed.Count, 3, 6);
        Assert.Subset(TilePath.OfTree(size).ToHashSet(), needed.ToHashSet());
    }
}
