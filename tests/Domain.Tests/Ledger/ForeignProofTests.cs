using System.Text.Json;
using Domain.Ledger.Merkle;

namespace Domain.Tests.Ledger;

/// <summary>Good and bad proofs of another implementation, from the folder beside the checkout.</summary>
public sealed class ForeignProofTests
{
    [Fact]
    public void Inclusion_proofs_are_judged_as_another_implementation_judges_them()
    {
        Assert.SkipWhen(LedgerFiles.Vectors is null, LedgerFiles.NoVectors);
        var cases = Cases("inclusion");

        Assert.Equal(98, cases.Count);
        Assert.All(cases, c => Assert.Equal(!c.Case.GetProperty("wantErr").GetBoolean(), Includes(c.Case)));
    }

    [Fact]
    public void Consistency_proofs_are_judged_as_another_implementation_judges_them()
    {
        Assert.SkipWhen(LedgerFiles.Vectors is null, LedgerFiles.NoVectors);
        var cases = Cases("consistency");

        Assert.Equal(98, cases.Count);
        Assert.All(cases, c => Assert.Equal(!c.Case.GetProperty("wantErr").GetBoolean(), IsConsistent(c.Case)));
    }

    private static List<(string Name, JsonElement Case)> Cases(string kind) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(LedgerFiles.Vectors!, "merkle", kind), "*.json", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(f => (f, JsonDocument.Parse(File.ReadAllText(f)).RootElement)),
        ];

    private static bool Includes(JsonElement c) =>
        Size(c, "leafIdx") is { } index
        && Size(c, "treeSize") is { } size
        && Hash(c, "leafHash") is { } leaf
        && Hash(c, "root") is { } root
        && Proof(c) is { } proof
        && new InclusionProof(index, size, proof).Verifies(leaf, root);

    private static bool IsConsistent(JsonElement c)
    {
        // Some of the roots have another length than a hash. They are compared, and nothing more, where both sizes are the same.
        var (root1, root2) = (Hash(c, "root1"), Hash(c, "root2"));
        if (root1 is null && root2 is null && c.GetProperty("root1").GetString() == c.GetProperty("root2").GetString())
            (root1, root2) = (MerkleTree.EmptyRoot, MerkleTree.EmptyRoot);
        return Size(c, "size1") is { } from
            && Size(c, "size2") is { } to
            && Proof(c) is { } proof
            && root1 is { } earlier
            && root2 is { } later
            && new ConsistencyProof(from, to, proof).Verifies(earlier, later);
    }

    /// <summary>A size or an index; null where it is beyond those of a tree.</summary>
    private static long? Size(JsonElement c, string name) => c.GetProperty(name).TryGetInt64(out var number) ? number : null;

    private static Digest? Hash(JsonElement c, string name) =>
        c.GetProperty(name).GetString() is { } text && Digest.Parse(text).Is(out var hash, out _) ? hash : null;

    private static List<Digest>? Proof(JsonElement c)
    {
        if (c.GetProperty("proof").ValueKind == JsonValueKind.Null)
            return [];
        var hashes = c.GetProperty("proof").EnumerateArray().Select(h => Digest.Parse(h.GetString())).ToList();
        return hashes.TrueForAll(h => h.Reason is null) ? [.. hashes.Select(h => h.Value)] : null;
    }
}
