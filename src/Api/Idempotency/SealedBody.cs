using System.Security.Cryptography;
using System.Text;
using Api.Authorization;
using Api.Requests;
using Worker.Sealing;

namespace Api.Idempotency;

/// <summary>
/// An answer that shows a secret, kept so that only who asked can read it again: AES-256-GCM under a key made from the caller's token and the
/// idempotency key. The database has neither of the two, so whoever reads it learns no secret.
/// </summary>
public static class SealedBody
{
    public static byte[] Seal(byte[] body, byte[] id, HttpRequest request, IdempotencyKey key) => SealedBytes.Seal(Key(id, request, key), body, id);

    /// <summary>The answer; null where it was given to another token of the same person.</summary>
    public static byte[]? Open(byte[] sealedBody, byte[] id, HttpRequest request, IdempotencyKey key) =>
        SealedBytes.Open(Key(id, request, key), sealedBody, id);

    private static byte[] Key(byte[] id, HttpRequest request, IdempotencyKey key) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes($"{SentTokens.Of(request)}\n{key.Text}"), 32, id, "forecasts kept answer"u8.ToArray());
}
