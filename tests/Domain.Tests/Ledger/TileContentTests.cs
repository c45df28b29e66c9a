using System.Text;
using CsCheck;
using Domain.Ledger.Tiles;

namespace Domain.Tests.Ledger;

/// <summary>The contents of tiles and entry bundles.</summary>
public sealed class TileContentTests
{
    private static readonly Gen<byte[]> Entry = Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Byte.Array[65_530, 65_535]);

    [Fact]
    public void Bundles_are_read_as_they_were_written() =>
        Entry
            .Array[1, 20]
            .Sample(
                entries =>
                {
                    var bytes = new EntryBundle([.. entries.Select(e => new ReadOnlyMemory<byte>(e))]).Format();
                    var read = EntryBundle.Parse(bytes, entries.Length).Value.Entries;
                    Assert.Equal(entries.Length, read.Count);
                    Assert.All(entries.Zip(read), pair => Assert.True(pair.Second.Span.SequenceEqual(pair.First)));
                    Assert.NotNull(EntryBundle.Parse(bytes, entries.Length + 1).Reason);
                    Assert.NotNull(EntryBundle.Parse(bytes.AsMemory(..^1), entries.Length).Reason);
                    Assert.NotNull(EntryBundle.Parse((byte[])[.. bytes, 0], entries.Length).Reason);
                },
                iter: 50
            );

    [Fact]
    public void A_bundle_is_the_golden_one()
    {
        var bundle = new EntryBundle([.. Enumerable.Range(0, 3).Select(i => new ReadOnlyMemory<byte>(Encoding.ASCII.GetBytes($"entry {i}")))]);

        Assert.Equal(LedgerFiles.GoldenJson("tree.json").GetProperty("bundleOfThree").GetString(), Convert.ToBase64String(bundle.Format()));
    }

    [Fact]
    public void An_entry_that_is_too_long_is_not_written() =>
        Assert.Throws<InvalidOperationException>(() => new EntryBundle([new byte[EntryBundle.LongestEntry + 1]]).Format());

    [Fact]
    public void A_tile_has_as_many_hashes_as_its_path_promises()
    {
        var tile = HashTile.Of(Trees.Leaves(3));

        Assert.Equal(96, tile.Format().Length);
        Assert.Equal(tile.Hashes.ToArray(), HashTile.Parse(tile.Format(), 3).Value.Hashes.ToArray());
        Assert.All(new[] { 0, 2, 4, 256, 257 }, width => Assert.NotNull(HashTile.Parse(tile.Format(), width).Reason));
    }
}
