using System.Security.Cryptography;
using Domain.Ledger.Notes;
using EmbeddedPostgres;
using Signing;

namespace Cli.Ledger;

/// <summary>The origin of a log and the keys that sign it.</summary>
/// <param name="Origin">Which log.</param>
/// <param name="Ed25519">The key that signs every checkpoint.</param>
/// <param name="MlDsa44">The key that signs one a minute at least.</param>
public sealed record LogSecrets(KeyName Origin, SignerKey Ed25519, SignerKey MlDsa44)
{
    /// <summary>New keys for a log.</summary>
    public static LogSecrets New(KeyName origin) =>
        new(origin, Signatures.NewKey(origin, SignatureType.Ed25519), Signatures.NewKey(origin, SignatureType.MlDsa44Cosignature));
}

/// <summary>
/// The ledger of a service with a data folder. The first start makes its origin and its keys, which lie beside the database and not in it, readable by their
/// owner alone. The copy of the log lies there too.
/// </summary>
public static class OwnLedger
{
    private const string OriginFile = "ledger.origin";
    private const string Ed25519File = "ledger.ed25519.key";
    private const string MlDsa44File = "ledger.ml-dsa-44.key";

    /// <summary>The folder of the copy.</summary>
    public static string CopyIn(string dataFolder) => Path.Combine(dataFolder, "ledger");

    /// <summary>The origin and the keys of a data folder, made where they are missing.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="token">Ends the making.</param>
    public static async Task<LogSecrets> OfAsync(string dataFolder, CancellationToken token)
    {
        // The name says nothing about the machine, and is no other log's.
        var origin = KeyName
            .Parse(
                await KeptAsync(
                    Path.Combine(dataFolder, OriginFile),
                    () => $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10))}.forecasts.invalid/ledger",
                    token
                )
            )
            .Value;
        return new LogSecrets(
            origin,
            await KeyAsync(dataFolder, Ed25519File, origin, SignatureType.Ed25519, token),
            await KeyAsync(dataFolder, MlDsa44File, origin, SignatureType.MlDsa44Cosignature, token)
        );
    }

    /// <summary>Puts new keys in the place of a data folder's. A service that runs on it signs by them after its next start.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="token">Ends the making.</param>
    /// <returns>The new keys; null where the folder has no ledger.</returns>
    public static async Task<LogSecrets?> RotateAsync(string dataFolder, CancellationToken token)
    {
        if (!File.Exists(Path.Combine(dataFolder, OriginFile)))
            return null;
        var made = LogSecrets.New((await OfAsync(dataFolder, token)).Origin);
        foreach (var (file, key) in new[] { (Ed25519File, made.Ed25519), (MlDsa44File, made.MlDsa44) })
            await OwnerOnly.WriteAsync(Path.Combine(dataFolder, file), key.Format() + Environment.NewLine, token);
        return made;
    }

    private static async Task<SignerKey> KeyAsync(string folder, string file, KeyName name, SignatureType type, CancellationToken token)
    {
        var text = await KeptAsync(Path.Combine(folder, file), () => Signatures.NewKey(name, type).Format(), token);
        return SignerKey.Parse(text).Is(out var key, out var malformed)
            ? key
            : throw new StartException($"{Path.Combine(folder, file)} is no key of the ledger. {malformed.Reason}.");
    }

    private static async Task<string> KeptAsync(string file, Func<string> make, CancellationToken token)
    {
        if (File.Exists(file) && (await File.ReadAllTextAsync(file, token)).Trim() is { Length: > 0 } kept)
            return kept;
        var made = make();
        await OwnerOnly.WriteAsync(file, made + Environment.NewLine, token);
        return made;
    }
}
