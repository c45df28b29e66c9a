using System.Text;
using CsCheck;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Proofs;

namespace Domain.Tests.Ledger;

/// <summary>Proof files.</summary>
public sealed class TlogProofTests
{
    private static readonly string Golden = Encoding.UTF8.GetString(LedgerFiles.Golden("entry-277.tlog-proof"));

    [Fact]
    public void The_golden_proof_is_written_and_proves_its_entry()
    {
        var leaves = Trees.Leaves(300);
        var proof = new TlogProof(
            "an example"u8.ToArray(),
            277,
            Trees.Hashes(leaves).Inclusion(277).Hashes,
            SignedCheckpoint.Parse(LedgerFiles.Golden("checkpoint")).Value
        );

        Assert.Equal(Golden, proof.ToString());
        var read = TlogProof.Parse(LedgerFiles.Golden("entry-277.tlog-proof")).Value;
        Assert.Equal(Golden, read.ToString());
        Assert.Equal("an example", Encoding.ASCII.GetString(read.Extra!.Value.Span));
        Assert.True(read.Includes(leaves[277]));
        Assert.False(read.Includes(leaves[276]));
        Assert.False((read with { Index = 276 }).Includes(leaves[277]));
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        (from size in Gen.Int[1, 600] from index in Gen.Int[0, size - 1] from extra in Gen.Byte.Array[0, 50] select (size, index, extra)).Sample(
            drawn =>
            {
                var leaves = Trees.Leaves(drawn.size);
                var signed = SignedCheckpoint.Sign(Keys.Checkpoint(drawn.size), [Keys.Signer(Keys.Origin, SignatureType.Ed25519)], 0);
                var extra = drawn.extra.Length == 0 ? (ReadOnlyMemory<byte>?)null : drawn.extra.AsMemory();
                var proof = new TlogProof(extra, drawn.index, Trees.Hashes(leaves).Inclusion(drawn.index).Hashes, signed);
                var read = TlogProof.Parse(proof.Format()).Value;
                Assert.Equal(proof.ToString(), read.ToString());
                Assert.True(read.Includes(leaves[drawn.index]));
            },
            iter: 50
        );

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2")]
    [InlineData("index 277", "index 0277")]
    [InlineData("index 277", "index 300")]
    [InlineData("index 277", "index -1")]
    [InlineData("index 277", "Index 277")]
    [InlineData("index 277\n", "")]
    [InlineData("extra YW4gZXhhbXBsZQ==", "extra YW4gZXhhbXBsZQ=")]
    [InlineData("extra YW4gZXhhbXBsZQ==", "extra ")]
    [InlineData("extra YW4gZXhhbXBsZQ==", "extra YW4gZXhhbXBsZQ==\nextra YW4gZXhhbXBsZQ==")]
    [InlineData("\n300\n", "\n0300\n")]
    [InlineData("\n\n", "\n")]
    [InlineData("=\n", "\n")]
    [InlineData("\n", "\r\n")]
    public void What_is_no_proof_is_refused(string from, string to)
    {
        var spoilt = Golden.Replace(from, to, StringComparison.Ordinal);

        Assert.NotEqual(Golden, spoilt);
        Assert.NotNull(TlogProof.Parse(Encoding.UTF8.GetBytes(spoilt)).Reason);
    }

    [Fact]
    public void A_proof_with_more_hashes_than_a_tree_has_levels_is_refused()
    {
        var hash = Golden.Split('\n')[3];
        var more = string.Concat(Enumerable.Repeat($"{hash}\n", 64));

        Assert.Contains("at most 63", TlogProof.Parse(Encoding.UTF8.GetBytes(Golden.Replace($"{hash}\n", more, StringComparison.Ordinal))).Reason);
        Assert.NotNull(TlogProof.Parse(new byte[TlogProof.MostBytes + 1]).Reason);
    }
}
