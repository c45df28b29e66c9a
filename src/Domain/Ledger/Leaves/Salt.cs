using System.Security.Cryptography;
using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>
/// What hides a committed value: 32 random bytes, new for each commitment. Without it a probability, which has about a hundred values, would be found by
/// trying them. Who deletes it erases the value. Its text is base64 (RFC 4648, section 4), 44 characters.
/// </summary>
public sealed class Salt : IEquatable<Salt>
{
    /// <summary>The number of bytes, 32.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;

    /// <summary>The salt with these bytes.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">There are fewer or more bytes.</exception>
    public Salt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"A salt has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        _bytes = bytes.ToArray();
    }

    /// <summary>The 32 bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads a salt.</summary>
    /// <param name="base64">Its text.</param>
    public static Parsed<Salt> Parse(ReadOnlySpan<char> base64) =>
        StrictBase64.Decode(base64) is { Length: Length } bytes ? new Salt(bytes) : new Malformed("This is not a salt of 32 bytes in base64");

    /// <inheritdoc/>
    public bool Equals(Salt? other) => other is not null && CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Salt);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>The bytes in base64.</summary>
    public override string ToString() => Convert.ToBase64String(_bytes);
}
