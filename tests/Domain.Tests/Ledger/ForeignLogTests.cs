using System.Text;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Tiles;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Logs that others made, from the folder beside the checkout.</summary>
public sealed class ForeignLogTests
{
    private const string TesseraKey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    private const string SunlightKey = "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O";
    private const string SunlightOrigin = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706";

    [Fact]
    public void A_log_of_fifteen_leaves_is_followed_from_checkpoint_to_checkpoint()
    {
        var folder = Folder("tessera-log");
        var verifier = NoteKeys.Verifier(VerifierKey.Parse(TesseraKey).Value, Signatures.Algorithms);
        var entries = EntriesOf(folder, new EntryBundlePath(0, 15));
        var leaves = entries.Select(e => MerkleTree.LeafHash(e.Span)).ToArray();

        Assert.Equal(
            "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".Split(' '),
            entries.Select(e => Encoding.ASCII.GetString(e.Span))
        );
        for (var size = 0; size <= 15; size++)
        {
            var signed = SignedCheckpoint.Parse(File.ReadAllBytes(Path.Combine(folder, $"checkpoint.{size}"))).Value;
            Assert.Single(signed.Note.Verify([verifier]).Value);
            Assert.Equal(new Checkpoint(verifier.Key.Name.Value, size, MerkleTree.Root(leaves.AsSpan(0, size))).Format(), signed.Note.Text);
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder, $"checkpoint.{size}")), signed.Format());
            if (size == 0)
                continue;
            Assert.Equal(leaves.Take(size), TileOf(folder, new TilePath(0, 0, size)).Hashes.ToArray());
            Assert.Equal(TileOf(folder, new TilePath(0, 0, size)).Format(), TreeEdge.Empty.Append(leaves.AsSpan(0, size)).Tiles.Single().Tile.Format());
            Assert.Equal(entries.Take(size), EntriesOf(folder, new EntryBundlePath(0, size)), (a, b) => a.Span.SequenceEqual(b.Span));
            var proof = new TileHashes(15, path => TileOf(folder, path)).Consistency(size);
            Assert.True(proof.Verifies(signed.Checkpoint.Root, MerkleTree.Root(leaves)));
        }
    }

    [Fact]
    public void A_mirrored_log_of_three_hundred_leaves_is_read_from_its_tiles()
    {
        var folder = Path.Combine(Folder("sunlight"), SunlightOrigin);
        var signed = SignedCheckpoint.Parse(File.ReadAllBytes(Path.Combine(folder, "checkpoint"))).Value;
        var verifier = NoteKeys.Verifier(VerifierKey.Parse(SunlightKey).Value, Signatures.Algorithms);
        var hashes = new TileHashes(300, path => TileOf(folder, path));
        Digest[] leaves = [.. TileOf(folder, new TilePath(0, 0, 256)).Hashes, .. TileOf(folder, new TilePath(0, 1, 44)).Hashes];

        Assert.Equal(300, signed.Checkpoint.Size);
        Assert.True(Assert.Single(signed.Note.Verify([verifier]).Value).Timestamp > 0);
        Assert.Equal(signed.Checkpoint.Root, hashes.Root());
        Assert.Equal(signed.Checkpoint.Root, TreeEdge.Empty.Append(leaves).Edge.Root());
        Assert.All(Trees.Tiles(leaves), t => Assert.Equal(File.ReadAllBytes(Path.Combine(folder, t.Key.ToString())), t.Value.Format()));
        Assert.All(Enumerable.Range(0, 300), i => Assert.True(hashes.Inclusion(i).Verifies(leaves[i], signed.Checkpoint.Root)));
    }

    [Fact]
    public void What_is_no_checkpoint_and_no_bundle_in_their_folders_is_refused()
    {
        var folder = Folder("sunlight");

        Assert.NotNull(SignedCheckpoint.Parse(File.ReadAllBytes(Path.Combine(folder, "checkpoint"))).Reason);
        // The bundles of this log are stand-ins.
        Assert.NotNull(EntryBundle.Parse(File.ReadAllBytes(Path.Combine(folder, SunlightOrigin, "tile", "entries", "000")), 256).Reason);
    }

    private static string Folder(string log)
    {
        Assert.SkipWhen(LedgerFiles.Vectors is null, LedgerFiles.NoVectors);
        return Path.Combine(LedgerFiles.Vectors!, log);
    }

    private static HashTile TileOf(string folder, TilePath path) => HashTile.Parse(File.ReadAllBytes(Path.Combine(folder, path.ToString())), path.Width).Value;

    private static IReadOnlyList<ReadOnlyMemory<byte>> EntriesOf(string folder, EntryBundlePath path) =>
        EntryBundle.Parse(File.ReadAllBytes(Path.Combine(folder, path.ToString())), path.Width).Value.Entries;
}
