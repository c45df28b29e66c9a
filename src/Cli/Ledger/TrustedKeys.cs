using System.CommandLine;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;
using Signing;

namespace Cli.Ledger;

/// <summary>Whose signatures a command takes: keys that were named, or a policy. A key that came with what it signs proves nothing.</summary>
internal static class TrustedKeys
{
    public static readonly Option<string[]> KeyOption = new("--key")
    {
        Description = "A verifier key of the log, as its /audit/ledger/keys lists them, noted down earlier or told by somebody else. May be given again.",
        HelpName = "key",
    };

    public static readonly Option<string?> PolicyOption = new("--policy")
    {
        Description = "A tlog-policy file: which logs are taken, and which witnesses have to have cosigned.",
        HelpName = "file",
    };

    /// <summary>The policy that the command was given.</summary>
    /// <exception cref="CommandException">None was given, or it cannot be read.</exception>
    public static async Task<TrustPolicy> PolicyAsync(ParseResult line, CancellationToken token)
    {
        var keys = line.GetValue(KeyOption) ?? [];
        if (line.GetValue(PolicyOption) is { } file)
        {
            var read = PolicyFile.Parse(await Files.ReadAsync(file, token));
            return read.Is(out var policy, out var malformed) ? policy : throw new CommandException($"{file} is no policy. {malformed.Reason}.");
        }

        if (keys.Length == 0)
            throw new CommandException("Name a key that you trust by --key, or a policy by --policy.", ExitCode.Usage);
        return new TrustPolicy([.. keys.Select(k => new PolicyLog(KeyOf(k), null))], [], [], null);
    }

    /// <summary>Reads a checkpoint that the policy takes.</summary>
    /// <exception cref="CommandException">It cannot be read, or the policy does not take it.</exception>
    public static (SignedCheckpoint Checkpoint, PolicyVerdict Verdict) Take(TrustPolicy policy, byte[] note, string what)
    {
        if (!SignedCheckpoint.Parse(note).Is(out var checkpoint, out var malformed))
            throw new CommandException($"{what} is no checkpoint. {malformed.Reason}.");
        return (checkpoint, Take(policy, checkpoint, what));
    }

    /// <summary>What a policy says of a checkpoint that it takes.</summary>
    /// <exception cref="CommandException">It does not take it.</exception>
    public static PolicyVerdict Take(TrustPolicy policy, SignedCheckpoint checkpoint, string what) =>
        policy.Evaluate(checkpoint, Signatures.Algorithms).Is(out var verdict, out var malformed)
            ? verdict
            : throw new CommandException($"{what} is not signed as it has to be. {malformed.Reason}.");

    /// <summary>Who signed, in words.</summary>
    public static string Words(PolicyVerdict verdict)
    {
        var log = verdict.Log.Select(s => $"{s.Key.Name}+{s.Key.Id:x8}{At(s.Timestamp)}");
        var witnesses = verdict.Witnesses.Select(w => $"{w.Witness.Name}{At(w.Timestamp)}").ToList();
        return $"signed by {string.Join(" and ", log)}{(witnesses.Count > 0 ? $", cosigned by {string.Join(" and ", witnesses)}" : "")}";
    }

    private static string At(long? timestamp) => timestamp is > 0 and var t ? $" at {Domain.Instants.Format(DateTimeOffset.FromUnixTimeSeconds(t))}" : "";

    /// <summary>The key of a line as <c>/audit/ledger/keys</c> lists it, the first size after it or not.</summary>
    /// <exception cref="CommandException">It is no verifier key.</exception>
    public static VerifierKey KeyOf(string text) =>
        VerifierKey.Parse(text.Split(' ')[0]).Is(out var key, out var malformed)
            ? key
            : throw new CommandException($"--key takes a verifier key. {malformed.Reason}.", ExitCode.Usage);
}
