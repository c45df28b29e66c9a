using System.Security.Cryptography;
using EmbeddedPostgres;

namespace Api.Running;

/// <summary>
/// The key that the secrets of webhooks are sealed with, where none is configured: a service with a data folder keeps one there, beside the
/// database and not in it. A service on a database of yours must be given one, since its worker may be another machine's.
/// </summary>
internal static class WebhookKey
{
    /// <summary>The key of a data folder, made where there is none: 32 random bytes in base64.</summary>
    public static async Task<string> OfAsync(string folder, CancellationToken token)
    {
        var file = Path.Combine(folder, "webhooks.key");
        if (File.Exists(file) && (await File.ReadAllTextAsync(file, token)).Trim() is { Length: > 0 } kept)
            return kept;
        var made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await OwnerOnly.WriteAsync(file, made, token);
        return made;
    }
}
