using System.Text.Json;
using Domain.Ledger.Merkle;

namespace Domain.Tests.Ledger;

/// <summary>Roots of Merkle trees, beside those of other implementations.</summary>
public sealed class MerkleTreeTests
{
    /// <summary>The entries with which implementations of RFC 6962 show that they agree, and the roots of the trees of the first one, two … of them.</summary>
    private static readonly (string Entry, string Root)[] Known =
    [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    [Fact]
    public void The_empty_tree_has_the_hash_of_nothing_as_its_root() =>
        Assert.Equal("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", MerkleTree.Root([]).ToString());

    [Fact]
    public void Roots_are_those_of_other_implementations()
    {
        var leaves = Known.Select(k => MerkleTree.LeafHash(Convert.FromHexString(k.Entry))).ToArray();

        Assert.Equal(Known.Select(k => k.Root), Known.Select((_, i) => Convert.ToHexStringLower(MerkleTree.Root(leaves.AsSpan(0, i + 1)).ToArray())));
    }

    [Fact]
    public void A_leaf_is_hashed_whatever_its_length()
    {
        foreach (var length in new[] { 0, 1, 2_047, 2_048, 2_049, 65_535, 100_000 })
        {
            var entry = new byte[length];
            Random.Shared.NextBytes(entry);
            Assert.Equal(System.Security.Cryptography.SHA256.HashData([0, .. entry]), MerkleTree.LeafHash(entry).ToArray());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")]
    [InlineData("47DEQpj8HBSa+/TImW+5 JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuA==")]
    public void A_hash_has_one_spelling(string text) => Assert.NotNull(Digest.Parse(text).Reason);

    [Fact]
    public void Trees_and_their_proofs_are_the_golden_ones()
    {
        foreach (var tree in LedgerFiles.GoldenJson("tree.json").GetProperty("trees").EnumerateArray())
        {
            var leaves = Trees.Leaves(tree.GetProperty("size").GetInt32());
            var hashes = Trees.Hashes(leaves);
            Assert.Equal(tree.GetProperty("root").GetString(), MerkleTree.Root(leaves).ToString());
            Assert.Equal(tree.GetProperty("root").GetString(), hashes.Root().ToString());
            foreach (var inclusion in tree.GetProperty("inclusion").EnumerateArray())
                Assert.Equal(ProofOf(inclusion), hashes.Inclusion(inclusion.GetProperty("index").GetInt64()).Hashes.Select(h => h.ToString()));
            foreach (var consistency in tree.GetProperty("consistency").EnumerateArray())
                Assert.Equal(ProofOf(consistency), hashes.Consistency(consistency.GetProperty("from").GetInt64()).Hashes.Select(h => h.ToString()));
        }
    }

    private static IEnumerable<string?> ProofOf(JsonElement element) => element.GetProperty("proof").EnumerateArray().Select(h => h.GetString());
}
