using System.Text;
using Store.Webhooks;
using Worker.Sealing;

namespace Worker.DeliveringWebhooks;

/// <summary>Keeps secrets sealed, so that a reader of the database or of a backup can sign nothing. Without a key no secret is accepted.</summary>
/// <remarks>AES-256-GCM with a fresh nonce. The webhook's id is authenticated as well, so a sealed secret is useless for another webhook.</remarks>
public sealed class WebhookSecrets
{
    /// <summary>The prefix of a stored, sealed secret.</summary>
    public const string Sealed = "sealed:";

    private readonly byte[]? _key;

    /// <exception cref="InvalidOperationException">The configured key is not 256 bits in base64.</exception>
    public WebhookSecrets(WebhookOptions options)
    {
        if (string.IsNullOrEmpty(options.SecretKey))
            return;
        var key = new byte[32];
        if (!Convert.TryFromBase64String(options.SecretKey, key, out var length) || length != key.Length)
        {
            throw new InvalidOperationException("Webhooks:SecretKey is 32 random bytes in base64, as 'openssl rand -base64 32' gives them.");
        }

        _key = key;
    }

    /// <summary>Whether there is a key to seal with.</summary>
    public bool CanSeal => _key is not null;

    /// <summary>The secret as it is stored.</summary>
    /// <exception cref="InvalidOperationException">There is no key (<see cref="CanSeal"/>).</exception>
    public string Keep(string webhook, string secret)
    {
        if (_key is null)
            throw new InvalidOperationException("Without Webhooks:SecretKey no secret can be sealed, and none is kept unsealed.");
        var kept = SealedBytes.Seal(_key, Encoding.ASCII.GetBytes(secret), Encoding.UTF8.GetBytes(webhook));
        return Sealed + Convert.ToBase64String(kept);
    }

    /// <summary>
    /// The secret as it was shown, including one that an earlier version stored unsealed; null if it was sealed with a key that this process does not have.
    /// </summary>
    public string? Open(Webhook webhook)
    {
        if (!webhook.Secret.StartsWith(Sealed, StringComparison.Ordinal))
            return webhook.Secret;
        if (_key is null)
            return null;
        var plain = SealedBytes.Open(_key, Convert.FromBase64String(webhook.Secret[Sealed.Length..]), Encoding.UTF8.GetBytes(webhook.Id));
        return plain is null ? null : Encoding.ASCII.GetString(plain);
    }
}
