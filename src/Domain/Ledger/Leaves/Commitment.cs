using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Domain.Ledger.Merkle;
using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>What a commitment commits to. A value committed as one of these opens no commitment to another.</summary>
public enum CommittedField
{
    /// <summary>The key of an event's stream, a JSON string.</summary>
    Stream,

    /// <summary>The name of who brought an event about, a JSON string; JSON null where nobody did.</summary>
    Actor,

    /// <summary>The data of an event, a JSON object in which each free text has been replaced by its commitment.</summary>
    Data,

    /// <summary>A free text in the data of an event, a JSON string; or a whole list of them, a JSON array.</summary>
    Text,

    /// <summary>A statement that is revealed after the question's close, a JSON object.</summary>
    Sealed,
}

/// <summary>
/// A commitment to a JSON value: <c>SHA-256("forecasts/&lt;field&gt;/v1" ‖ 0x00 ‖ salt ‖ value)</c>, the value in the spelling of RFC 8785. It shows nothing
/// of the value; with the salt it shows that the value is this one and no other. Its text is base64 (RFC 4648, section 4), 44 characters.
/// </summary>
/// <param name="Hash">The hash.</param>
public readonly record struct Commitment(Digest Hash)
{
    private const int OnStack = 1_024;

    /// <summary>What the hash begins with, by field. Its end is the 0x00.</summary>
    private static readonly byte[][] Prefixes =
    [
        .. Enum.GetValues<CommittedField>().Select(field => Encoding.ASCII.GetBytes($"forecasts/{Spelling.Of(field)}/v1\0")),
    ];

    /// <summary>Commits to a value.</summary>
    /// <param name="field">What the value is.</param>
    /// <param name="salt">A salt that was not used before.</param>
    /// <param name="canonical">The value in its one spelling (<see cref="CanonicalJson"/>).</param>
    public static Commitment To(CommittedField field, Salt salt, ReadOnlySpan<byte> canonical)
    {
        var prefix = Prefixes[(int)field];
        var length = prefix.Length + Salt.Length + canonical.Length;
        var rented = length > OnStack ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented ?? stackalloc byte[OnStack];
        prefix.CopyTo(input);
        salt.Bytes.CopyTo(input[prefix.Length..]);
        canonical.CopyTo(input[(prefix.Length + Salt.Length)..]);
        Span<byte> bytes = stackalloc byte[Digest.Length];
        SHA256.HashData(input[..length], bytes);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return new Commitment(new Digest(bytes));
    }

    /// <summary>Reads a commitment.</summary>
    /// <param name="base64">Its text.</param>
    public static Parsed<Commitment> Parse(ReadOnlySpan<char> base64) =>
        Digest.Parse(base64).Is(out var hash, out _) ? new Commitment(hash) : new Malformed("This is not a commitment of 32 bytes in base64");

    /// <summary>Whether a value and a salt open the commitment.</summary>
    /// <param name="field">What the value is.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="canonical">The value in its one spelling.</param>
    public bool IsOpenedBy(CommittedField field, Salt salt, ReadOnlySpan<byte> canonical) => To(field, salt, canonical) == this;

    /// <summary>The bytes in base64.</summary>
    public override string ToString() => Hash.ToString();
}
