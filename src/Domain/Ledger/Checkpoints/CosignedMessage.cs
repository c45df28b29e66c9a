using System.Buffers.Binary;
using Domain.Ledger.Notes;
using Domain.Ledger.Text;

namespace Domain.Ledger.Checkpoints;

/// <summary>The bytes that a cosigner signs for a checkpoint, by tlog-cosignature.</summary>
internal static class CosignedMessage
{
    private const int LongestName = byte.MaxValue;
    private static readonly byte[] SubtreeLabel = "subtree/v1\n\0"u8.ToArray();

    /// <summary>The message of a type of cosignature; null where a note cannot be cosigned so.</summary>
    /// <param name="type">The type.</param>
    /// <param name="cosigner">The name of the cosigner's key.</param>
    /// <param name="timestamp">The time, in seconds since 1970-01-01 UTC.</param>
    /// <param name="text">The text of the checkpoint, its last line end included.</param>
    public static byte[]? Of(SignatureType type, KeyName cosigner, long timestamp, string text) =>
        !Checkpoint.Parse(text).Is(out var checkpoint, out _)
            ? null
            : type switch
            {
                SignatureType.Ed25519Cosignature => OfText(timestamp, text),
                SignatureType.MlDsa44Cosignature => OfTree(cosigner, timestamp, checkpoint),
                SignatureType.Ed25519 => null,
            };

    /// <summary>"Ed25519 signed message": two lines, and the whole text.</summary>
    private static byte[] OfText(long timestamp, string text) => StrictUtf8.Encode($"cosignature/v1\ntime {StrictDecimal.Format(timestamp)}\n{text}");

    /// <summary>"ML-DSA-44 signed message": the structure <c>cosigned_message</c> for the whole tree. It leaves the extension lines out.</summary>
    private static byte[]? OfTree(KeyName cosigner, long timestamp, Checkpoint checkpoint)
    {
        var (name, origin) = (StrictUtf8.Encode(cosigner.Value), StrictUtf8.Encode(checkpoint.Origin));
        if (name.Length > LongestName || origin.Length > LongestName)
            return null;
        using var message = new MemoryStream();
        message.Write(SubtreeLabel);
        WriteName(message, name);
        WriteNumber(message, timestamp);
        WriteName(message, origin);
        WriteNumber(message, 0);
        WriteNumber(message, checkpoint.Size);
        message.Write(checkpoint.Root.ToArray());
        return message.ToArray();
    }

    private static void WriteName(MemoryStream message, byte[] name)
    {
        message.WriteByte((byte)name.Length);
        message.Write(name);
    }

    private static void WriteNumber(MemoryStream message, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        message.Write(bytes);
    }
}
