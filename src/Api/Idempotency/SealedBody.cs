using System.Security.Cryptography;
using System.Text;
using Api.Authorization;
using Api.Requests;

namespace Api.Idempotency;

/// <summary>
/// An answer that shows a secret, kept so that only who asked can read it again: AES-256-GCM under a key made from the caller's token and the
/// idempotency key. The database has neither of the two, so whoever reads it learns no secret.
/// </summary>
public static class SealedBody
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static byte[] Seal(byte[] body, byte[] id, HttpRequest request, IdempotencyKey key)
    {
        var sealedBody = new byte[NonceLength + TagLength + body.Length];
        RandomNumberGenerator.Fill(sealedBody.AsSpan(0, NonceLength));
        using var aes = new AesGcm(Key(id, request, key), TagLength);
        aes.Encrypt(sealedBody.AsSpan(0, NonceLength), body, sealedBody.AsSpan(NonceLength + TagLength), sealedBody.AsSpan(NonceLength, TagLength), id);
        return sealedBody;
    }

    /// <summary>The answer; null where it was given to another token of the same person.</summary>
    public static byte[]? Open(byte[] sealedBody, byte[] id, HttpRequest request, IdempotencyKey key)
    {
        var body = new byte[sealedBody.Length - NonceLength - TagLength];
        using var aes = new AesGcm(Key(id, request, key), TagLength);
        try
        {
            aes.Decrypt(sealedBody.AsSpan(0, NonceLength), sealedBody.AsSpan(NonceLength + TagLength), sealedBody.AsSpan(NonceLength, TagLength), body, id);
            return body;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Key(byte[] id, HttpRequest request, IdempotencyKey key) =>
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Encoding.UTF8.GetBytes($"{BearerTokens.Sent(request)}\n{key.Text}"),
            32,
            id,
            "forecasts kept answer"u8.ToArray()
        );
}
