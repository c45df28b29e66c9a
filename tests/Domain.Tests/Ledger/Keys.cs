using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Signing;

namespace Domain.Tests.Ledger;

/// <summary>Keys for tests, each made from a number.</summary>
internal static class Keys
{
    public const string Origin = "log.example/forecasts";

    /// <summary>The signer with a name and a type of signature.</summary>
    public static INoteSigner Signer(string name, SignatureType type, byte seed = 1)
    {
        var bytes = Enumerable.Repeat(seed, SignerKey.SeedLength).ToArray();
        return NoteKeys.Signer(
            KeyName.Parse(name).Value,
            type,
            type == SignatureType.MlDsa44Cosignature ? new MlDsa44SigningKey(bytes) : new Ed25519SigningKey(bytes)
        );
    }

    public static INoteVerifier Verifier(this INoteSigner signer) => NoteKeys.Verifier(signer.Key, Signatures.Algorithms);

    /// <summary>The checkpoint of the tree with so many of the leaves of tests.</summary>
    public static Checkpoint Checkpoint(int size) => new(Origin, size, MerkleTree.Root(Trees.Leaves(size)));
}
