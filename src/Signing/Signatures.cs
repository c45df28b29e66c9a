using System.Security.Cryptography;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Text;

namespace Signing;

/// <summary>The algorithms of notes, and the signers that keys become.</summary>
public static class Signatures
{
    /// <summary>The algorithms by which signatures on notes are verified.</summary>
    public static SignatureAlgorithms Algorithms { get; } = new(new Ed25519(), new MlDsa44());

    /// <summary>A new key, from the system's random numbers.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="type">What the key signs, and how.</param>
    public static SignerKey NewKey(KeyName name, SignatureType type)
    {
        var seed = RandomNumberGenerator.GetBytes(SignerKey.SeedLength);
        return new SignerKey(name, SignerOf(name, type, seed).Key.Id, type, seed);
    }

    /// <summary>The signer with a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The signer; refused is a key whose id is not that of its public key.</returns>
    public static Parsed<INoteSigner> Signer(SignerKey key)
    {
        var signer = SignerOf(key.Name, key.Type, key.Seed.Span);
        return signer.Key.Id == key.Id ? Parsed<INoteSigner>.Of(signer) : new Malformed("The key's id is not that of its public key");
    }

    private static INoteSigner SignerOf(KeyName name, SignatureType type, ReadOnlySpan<byte> seed) =>
        NoteKeys.Signer(name, type, type == SignatureType.MlDsa44Cosignature ? new MlDsa44SigningKey(seed) : new Ed25519SigningKey(seed));
}
