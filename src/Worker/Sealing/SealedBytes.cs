using System.Security.Cryptography;

namespace Worker.Sealing;

/// <summary>
/// Bytes that only the holder of a key can read, by AES-256-GCM: a fresh nonce of 12 bytes, the tag of 16, and the cipher text. The name of their owner is
/// authenticated as well, so they are useless under another name.
/// </summary>
public static class SealedBytes
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Seals bytes.</summary>
    /// <param name="key">The key, 32 bytes.</param>
    /// <param name="plain">The bytes.</param>
    /// <param name="name">What they belong to.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> name)
    {
        var kept = new byte[NonceLength + TagLength + plain.Length];
        var (nonce, tag, text) = Parts(kept);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce.Span, plain, text.Span, tag.Span, name);
        return kept;
    }

    /// <summary>The bytes; null if they were sealed with another key or under another name, or are incomplete.</summary>
    /// <param name="key">The key, 32 bytes.</param>
    /// <param name="kept">The sealed bytes.</param>
    /// <param name="name">What they belong to.</param>
    public static byte[]? Open(ReadOnlySpan<byte> key, byte[] kept, ReadOnlySpan<byte> name)
    {
        ArgumentNullException.ThrowIfNull(kept);
        if (kept.Length < NonceLength + TagLength)
            return null;
        var (nonce, tag, text) = Parts(kept);
        var plain = new byte[text.Length];
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(nonce.Span, text.Span, tag.Span, plain, name);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static (Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Text) Parts(byte[] kept) =>
        (kept.AsMemory(0, NonceLength), kept.AsMemory(NonceLength, TagLength), kept.AsMemory(NonceLength + TagLength));
}
