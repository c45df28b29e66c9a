using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Domain.Ledger.Text;

namespace Domain.Ledger.Notes;

/// <summary>
/// A key that signatures are verified with, a <em>vkey</em> by signed-note, "Verifier keys": name, id, type and public key, parted by plus signs. Name and id
/// together say which signatures are the key's.
/// </summary>
public sealed record VerifierKey
{
    private const int IdDigits = 8;

    private VerifierKey(KeyName name, SignatureType type, byte[] publicKey)
    {
        (Name, Type, PublicKey) = (name, type, publicKey);
        Id = IdOf(name, type, publicKey);
    }

    /// <summary>The key's name.</summary>
    public KeyName Name { get; }

    /// <summary>The key's id: the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), as a big-endian number.</summary>
    public uint Id { get; }

    /// <summary>What the key signs, and how.</summary>
    public SignatureType Type { get; }

    /// <summary>The public key: 32 bytes for Ed25519 (RFC 8032), 1,312 for ML-DSA-44 (FIPS 204).</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The key with this name.</summary>
    /// <param name="name">The key's name.</param>
    /// <param name="type">What the key signs, and how.</param>
    /// <param name="publicKey">The public key's bytes.</param>
    /// <returns>The key; refused is a public key of a wrong length.</returns>
    public static Parsed<VerifierKey> Of(KeyName name, SignatureType type, ReadOnlySpan<byte> publicKey) =>
        publicKey.Length != LengthOf(type)
            ? new Malformed($"A public key of type 0x{(byte)type:x2} has {LengthOf(type):N0} bytes, and this one has {publicKey.Length:N0}")
            : new VerifierKey(name, type, publicKey.ToArray());

    /// <summary>Reads a vkey.</summary>
    /// <param name="text">The vkey, without a line end.</param>
    /// <returns>The key; refused are other types than those of <see cref="SignatureType"/>, and ids that are not the key's.</returns>
    public static Parsed<VerifierKey> Parse(string text)
    {
        // Base64 has plus signs too, so that only the first two part the text.
        if (text.Split('+', 3) is not [var namePart, var id, var material])
            return new Malformed("A verifier key is <name>+<id>+<type and public key in base64>");
        if (!KeyName.Parse(namePart).Is(out var name, out var malformed))
            return malformed;
        if (StrictBase64.Decode(material) is not [var type, .. var publicKey])
            return new Malformed("The last part of a verifier key is the type and the public key in base64");
        if (!Enum.IsDefined((SignatureType)type))
            return new Malformed($"Signatures of type 0x{type:x2} are not verified here");
        if (!Of(name, (SignatureType)type, publicKey).Is(out var key, out malformed))
            return malformed;
        return id == FormatId(key.Id) ? key : new Malformed($"The key's id is {FormatId(key.Id)}, not {id.Shortened(IdDigits)}");
    }

    /// <summary>The bytes that a public key of a type has.</summary>
    /// <param name="type">The type.</param>
    public static int LengthOf(SignatureType type) =>
        type switch
        {
            SignatureType.Ed25519 or SignatureType.Ed25519Cosignature => 32,
            SignatureType.MlDsa44Cosignature => 1_312,
        };

    /// <summary>Whether both have the same name, type and public key, and so the same id.</summary>
    /// <param name="other">The other key.</param>
    public bool Equals(VerifierKey? other) =>
        other is not null && Name == other.Name && Type == other.Type && PublicKey.Span.SequenceEqual(other.PublicKey.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Id);

    /// <summary>The vkey.</summary>
    public override string ToString() => $"{Name}+{FormatId(Id)}+{Convert.ToBase64String([(byte)Type, .. PublicKey.Span])}";

    /// <summary>An id as keys are written: eight lower-case hexadecimal digits.</summary>
    internal static string FormatId(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);

    private static uint IdOf(KeyName name, SignatureType type, byte[] publicKey) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. StrictUtf8.Encode(name.Value), (byte)'\n', (byte)type, .. publicKey]));
}
