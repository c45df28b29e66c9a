using System.Globalization;
using System.Text;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;

namespace Worker.Witnessing;

/// <summary>A witness that is asked.</summary>
/// <param name="Url">The submission prefix, without a slash at its end.</param>
/// <param name="Keys">The keys by which its cosignatures are verified, one at least.</param>
public sealed record AskedWitness(string Url, IReadOnlyList<VerifierKey> Keys);

/// <summary>The witnesses of a log, and which of them have to have cosigned for a checkpoint to count as witnessed.</summary>
/// <param name="Asked">The witnesses, possibly none.</param>
/// <param name="Policy">The policy, without logs.</param>
public sealed record LogWitnesses(IReadOnlyList<AskedWitness> Asked, TrustPolicy Policy)
{
    private const string Any = "any-witness";

    /// <summary>Reads the witnesses from the settings.</summary>
    /// <param name="witnesses">Those that are named one by one. Without a policy, one of them is enough.</param>
    /// <param name="policyFile">A tlog-policy file, whose witnesses with an address are asked, too; null for none.</param>
    /// <exception cref="InvalidOperationException">A setting is not right. The message says which.</exception>
    public static LogWitnesses Of(IReadOnlyList<WitnessOptions> witnesses, string? policyFile)
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        var named = witnesses.Select(Named).ToList();
        var policy = string.IsNullOrEmpty(policyFile) ? null : Read(policyFile);
        var asked = named
            .Concat((policy?.Witnesses ?? []).Where(w => w.Url is not null).Select(w => (Url: Prefix(w.Url!, "Ledger:Policy"), w.Key)))
            .GroupBy(w => w.Url, w => w.Key, StringComparer.Ordinal)
            .Select(g => new AskedWitness(g.Key, [.. g.Distinct()]))
            .ToList();
        return new LogWitnesses(asked, policy is null ? AnyOf([.. named.Select(w => w.Key).Distinct()]) : policy with { Logs = [] });
    }

    /// <summary>The policy as a file, an octet a character.</summary>
    public string PolicyText => Encoding.Latin1.GetString(PolicyFile.Format(Policy));

    /// <summary>Whether enough witnesses have cosigned a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint, whose cosignatures have been verified.</param>
    public bool Suffice(SignedCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var cosigned = Policy
            .Witnesses.Where(w => checkpoint.Note.Signatures.Any(s => s.KeyId == w.Key.Id && s.Name == w.Key.Name))
            .Select(w => w.Name)
            .ToHashSet(StringComparer.Ordinal);
        return cosigned.Count > 0 && Policy.IsQuorum(cosigned);
    }

    private static TrustPolicy AnyOf(IReadOnlyList<VerifierKey> keys)
    {
        if (keys.Count == 0)
            return new TrustPolicy([], [], [], null);
        var witnesses = keys.Select((k, i) => new PolicyWitness(string.Create(CultureInfo.InvariantCulture, $"w{i + 1}"), k, null)).ToList();
        return new TrustPolicy([], witnesses, [new PolicyGroup(Any, 1, [.. witnesses.Select(w => w.Name)])], Any);
    }

    private static (string Url, VerifierKey Key) Named(WitnessOptions witness)
    {
        if (!VerifierKey.Parse(witness.Key.Trim()).Is(out var key, out var malformed))
            throw new InvalidOperationException($"The key of a witness in Ledger:Witnesses is no verifier key. {malformed.Reason}.");
        return key.Type == SignatureType.Ed25519
            ? throw new InvalidOperationException($"The key {key.Name} in Ledger:Witnesses is none for cosignatures.")
            : (Prefix(witness.Url, "Ledger:Witnesses"), key);
    }

    private static string Prefix(string url, string setting) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Query.Length == 0
            ? url.TrimEnd('/')
            : throw new InvalidOperationException($"'{url}' in {setting} is no address of a witness.");

    private static TrustPolicy Read(string file)
    {
        try
        {
            return PolicyFile.Parse(File.ReadAllBytes(file)).Is(out var policy, out var malformed)
                ? policy
                : throw new InvalidOperationException($"Ledger:Policy names {file}, which is no policy. {malformed.Reason}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Ledger:Policy names {file}, which cannot be read.", e);
        }
    }
}
