using Domain.Ledger.Notes;
using Signing;
using Store.Ledger;

namespace Worker.ExtendingLedger;

/// <summary>Reads the keys that the ledger is signed with from the settings.</summary>
public static class LedgerKeys
{
    /// <summary>The signers; null where no ledger is kept.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="InvalidOperationException">There is an origin, and a key is missing, malformed, or another log's. The message says which.</exception>
    public static LogSigners? Of(LedgerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.Keep || string.IsNullOrEmpty(options.Origin))
            return null;
        if (!KeyName.Parse(options.Origin).Is(out var name, out var malformed))
            throw new InvalidOperationException($"Ledger:Origin is the name of the log's keys. {malformed.Reason}.");
        return new LogSigners(
            options.Origin,
            Signer(nameof(options.Ed25519Key), options.Ed25519Key, name, SignatureType.Ed25519),
            Signer(nameof(options.MlDsa44Key), options.MlDsa44Key, name, SignatureType.MlDsa44Cosignature)
        );
    }

    /// <summary>The signers of a process that need not have the keys; null where it has not both of them.</summary>
    /// <param name="configuration">The settings.</param>
    /// <exception cref="InvalidOperationException">A key is malformed, or another log's.</exception>
    public static LogSigners? WhereGiven(IConfiguration configuration)
    {
        var options = configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        return string.IsNullOrEmpty(options.Ed25519Key) || string.IsNullOrEmpty(options.MlDsa44Key) ? null : Of(options);
    }

    private static INoteSigner Signer(string setting, string? text, KeyName name, SignatureType type)
    {
        if (string.IsNullOrEmpty(text))
            throw new InvalidOperationException($"Ledger:Origin is set, and Ledger:{setting} is not. `forecasts ledger rotate --print {name}` makes keys.");
        if (!SignerKey.Parse(text.Trim()).Is(out var key, out var malformed))
            throw new InvalidOperationException($"Ledger:{setting} is no key. {malformed.Reason}.");
        if (key.Type != type || key.Name != name)
            throw new InvalidOperationException($"Ledger:{setting} is a key of another type, or of another log than {name}.");
        return Signatures.Signer(key).Is(out var signer, out malformed)
            ? signer
            : throw new InvalidOperationException($"Ledger:{setting} is no key. {malformed.Reason}.");
    }
}
