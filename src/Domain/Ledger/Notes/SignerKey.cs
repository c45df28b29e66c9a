using System.Globalization;
using Domain.Ledger.Text;

namespace Domain.Ledger.Notes;

/// <summary>
/// A key that signs, as one line: <c>PRIVATE+KEY+&lt;name&gt;+&lt;id&gt;+&lt;type and seed in base64&gt;</c>, the form of Go's <c>sumdb/note</c>, which
/// signed-note leaves open. It is a secret: its text is what an operator configures, and nothing writes it to a log.
/// </summary>
/// <param name="Name">The key's name.</param>
/// <param name="Id">The id of the verifier key that belongs to it.</param>
/// <param name="Type">What the key signs, and how.</param>
/// <param name="Seed">32 bytes: the private key of RFC 8032, section 5.1.5, or the seed ξ of FIPS 204, algorithm 6.</param>
public sealed record SignerKey(KeyName Name, uint Id, SignatureType Type, ReadOnlyMemory<byte> Seed)
{
    /// <summary>The bytes in a seed, of every type.</summary>
    public const int SeedLength = 32;

    private const string Prefix = "PRIVATE+KEY+";

    /// <summary>Reads a signer key. Whether its id belongs to the seed shows when the public key is derived.</summary>
    /// <param name="text">The line, without a line end.</param>
    /// <returns>The key; the reason of a refusal quotes nothing of it.</returns>
    public static Parsed<SignerKey> Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text[Prefix.Length..].Split('+', 3) is not [var namePart, var idPart, var material])
            return new Malformed("A signer key is PRIVATE+KEY+<name>+<id>+<type and seed in base64>");
        if (!KeyName.Parse(namePart).Is(out var name, out var malformed))
            return malformed;
        if (
            !uint.TryParse(idPart, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id)
            || !string.Equals(idPart, VerifierKey.FormatId(id), StringComparison.Ordinal)
        )
            return new Malformed("The id of a key is eight lower-case hexadecimal digits");
        if (StrictBase64.Decode(material) is not [var type, .. { Length: SeedLength } seed])
            return new Malformed($"The last part of a signer key is the type and a seed of {SeedLength} bytes in base64");
        return Enum.IsDefined((SignatureType)type)
            ? new SignerKey(name, id, (SignatureType)type, seed)
            : new Malformed($"Signatures of type 0x{type:x2} are not made here");
    }

    /// <summary>The line to keep, which is the secret itself.</summary>
    public string Format() => $"{Prefix}{Name}+{VerifierKey.FormatId(Id)}+{Convert.ToBase64String([(byte)Type, .. Seed.Span])}";

    /// <summary>The key without its secret.</summary>
    public override string ToString() => $"{Name}+{VerifierKey.FormatId(Id)}";
}
