using System.Buffers.Binary;

namespace Domain.Ledger.Checkpoints;

/// <summary>The bytes of a cosignature, <c>timestamped_signature</c> in tlog-cosignature, "Format": a big-endian uint64 and the signature.</summary>
internal static class TimestampedSignature
{
    /// <summary>The bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before 1970.</exception>
    public static byte[] Format(long timestamp, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp);
        var bytes = new byte[sizeof(long) + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, timestamp);
        signature.CopyTo(bytes.AsSpan(sizeof(long)));
        return bytes;
    }

    /// <summary>The time; null where the bytes are too few to hold one, or it is above 2^63 - 1.</summary>
    public static long? TimestampOf(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.TryReadInt64BigEndian(bytes, out var timestamp) && timestamp >= 0 ? timestamp : null;

    /// <summary>The signature after the time.</summary>
    public static ReadOnlySpan<byte> SignatureOf(ReadOnlySpan<byte> bytes) => bytes[sizeof(long)..];
}
