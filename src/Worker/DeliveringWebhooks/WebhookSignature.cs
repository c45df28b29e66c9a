using System.Security.Cryptography;
using System.Text;

namespace Worker.DeliveringWebhooks;

/// <summary>Symmetric secrets and signatures as specified by Standard Webhooks 1.0.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>A new secret: 256 random bits.</summary>
    public static string NewSecret() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The header <c>webhook-signature</c>: <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
    /// <param name="secret">The secret as it was shown.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="body">The body, byte by byte.</param>
    public static string Sign(string secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret[Prefix.Length..]));
        hmac.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{id}.{timestamp}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
