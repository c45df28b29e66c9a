using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cli.Sealing;
using Domain;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;
using Domain.Ledger.Proofs;
using Domain.Ledger.Receipts;
using Signing;

namespace Cli.Ledger;

/// <summary><c>ledger verify</c>: checks a proof offline, and says in one line what it proves.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file")
        {
            Description = "A proof, as /audit/events/{eventId}/proof answers it; or a receipt, as the header Ledger-Receipt holds it.",
        };
        var leaf = new Option<string?>("--leaf") { Description = "The leaf's bytes, for a proof that discloses nothing.", HelpName = "file" };
        var authority = new Option<string?>("--tsa")
        {
            Description = "The certificate of a time-stamping authority, or its root, in PEM: the proof has to have a time stamp by it.",
            HelpName = "file",
        };
        var seal = new Option<string?>("--seal")
        {
            Description = "The file of forecasts seal, for a proof of a sealed forecast: says what is sealed.",
            HelpName = "file",
        };
        var command = new Command(
            "verify",
            """
            Checks a proof without any service, and says in one line what it proves: what was recorded, by whom and when, and in which log of which size it
            stands, signed by whom. It ends with 1 where the proof does not hold.
            """
        )
        {
            file,
            leaf,
            TrustedKeys.KeyOption,
            TrustedKeys.PolicyOption,
            authority,
            seal,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var policy = await TrustedKeys.PolicyAsync(line, token);
                var name = line.GetRequiredValue(file);
                if (!TlogProof.Parse(Unwrapped(await Files.ReadAsync(name, token))).Is(out var proof, out var malformed))
                    throw new CommandException($"{name} is no proof. {malformed.Reason}.");
                if (CommitReceipts.LogOf(proof.Checkpoint.Checkpoint.Origin) is { } debtor)
                    return Receipt(proof, debtor, policy, terminal);
                var opened = Open(proof, line.GetValue(leaf) is { } given ? await Files.ReadAsync(given, token) : null);
                if (opened.Mismatches().ToList() is { Count: > 0 } mismatches)
                    throw new CommandException($"The disclosure does not open its leaf: {string.Join(", ", mismatches)}.");
                if (!proof.Includes(MerkleTree.LeafHash(opened.Leaf.Format().Value)))
                    throw new CommandException("The leaf is not in the checkpoint's tree, or not at this index.");
                var verdict = TrustedKeys.Take(policy, proof.Checkpoint, "The checkpoint");
                var head = proof.Checkpoint.Checkpoint;
                var stamp = Stamp(proof, line.GetValue(authority));
                var whatIsSealed = Sealing(opened, line.GetValue(seal) is { } kept ? await SealFile.ReadAsync(kept, token) : null);
                terminal.Answer(
                    new
                    {
                        proven = true,
                        eventId = opened.Leaf.Id,
                        type = opened.Leaf.Type,
                        recordedAt = opened.Leaf.RecordedAt,
                        stream = Text(opened.Stream),
                        actor = Text(opened.Actor),
                        data = opened.Data is { } data ? JsonDocument.Parse(data.Value).RootElement : (JsonElement?)null,
                        index = proof.Index,
                        head.Origin,
                        head.Size,
                        signatures = TrustedKeys.Words(verdict),
                        timeStamp = stamp,
                        @sealed = whatIsSealed,
                    },
                    () =>
                        $"Proven: {opened.Leaf.Type}, event {opened.Leaf.Id}, by {Text(opened.Actor) ?? "somebody undisclosed"} in "
                        + $"{Text(opened.Stream) ?? "an undisclosed stream"}, recorded at {Instants.Format(opened.Leaf.RecordedAt)}, is leaf {proof.Index} of "
                        + $"the log {head.Origin} at {head.Size} leaves, {TrustedKeys.Words(verdict)}{stamp?.Words}{whatIsSealed?.Words}."
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>What the proof's time stamp says; null where there is none. One that was not verified says that.</summary>
    private static Stamped? Stamp(TlogProof proof, string? authority)
    {
        var tokens = proof.Extra is { } extra ? Disclosure.TimestampsOf(extra.Span) : [];
        if (authority is null)
            return tokens.Count == 0 ? null : new Stamped(null, null, "; its time stamp was not verified, since no --tsa names the authority's certificate");
        if (tokens.Count == 0)
            throw new CommandException("The proof has no time stamp.");
        X509Certificate2Collection trusted;
        try
        {
            trusted = TimeStamps.Authorities(authority);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException($"{authority} cannot be read as certificates in PEM.", ExitCode.Usage);
        }

        if (!TimeStamps.Verify(tokens[0], Encoding.UTF8.GetBytes(proof.Checkpoint.Note.Text), trusted).Is(out var verified, out var malformed))
            throw new CommandException($"{malformed.Reason}.");
        return new Stamped(verified.At, verified.Authority, $", time-stamped at {Instants.Format(verified.At)} by {verified.Authority}");
    }

    /// <summary>What the event says of a seal; null where it has none.</summary>
    private static SealSaid? Sealing(OpenedLeaf opened, SealFile? kept)
    {
        var statement = opened.Data is { } data && JsonDocument.Parse(data.Value).RootElement.TryGetProperty("statement", out var stated) ? stated : default;
        if (statement.ValueKind != JsonValueKind.Object || !statement.TryGetProperty("seal", out var member) || member.GetString() is not { } seal)
            return kept is null ? null : throw new CommandException("The event states no seal.");
        if (kept is not null)
        {
            return kept.Opened.Seal == seal
                ? new SealSaid(seal, kept.Opened.Text, $"; its seal {seal} holds {kept.Opened.Text}")
                : throw new CommandException($"The event states the seal {seal}, and the file is of {kept.Opened.Seal}.");
        }

        return statement.TryGetProperty("revealedAt", out _)
            ? new SealSaid(seal, null, $"; it reveals the seal {seal}")
            : new SealSaid(seal, null, $"; it is sealed as {seal}, and what it says is not known from this");
    }

    private sealed record SealSaid(string Seal, string? Statement, [property: JsonIgnore] string Words);

    private sealed record Stamped(DateTimeOffset? At, string? Authority, [property: JsonIgnore] string Words);

    private static int Receipt(TlogProof receipt, string log, TrustPolicy policy, Terminal terminal)
    {
        if (receipt.Extra is not { } entry || !receipt.Includes(MerkleTree.LeafHash(entry.Span)))
            throw new CommandException("The receipt is not for what it says.");
        var keys = policy.Logs.Where(l => l.Key.Name.Value == log).Select(l => NoteKeys.Verifier(l.Key, Signatures.Algorithms));
        if (!receipt.Checkpoint.Note.Verify(keys).Is(out _, out var malformed))
            throw new CommandException($"The receipt is not signed by the log {log}. {malformed?.Reason}.");
        var recorded = JsonDocument.Parse(entry).RootElement;
        string Of(string member) => recorded.TryGetProperty(member, out var value) ? value.ToString() : "";
        terminal.Answer(
            new
            {
                acknowledged = true,
                log,
                recorded,
            },
            () =>
                $"Acknowledged: the log {log} owes a leaf to {Of("type")}, event {Of("id")}, by {Of("actor")} in {Of("stream")}, recorded at "
                + $"{Of("recordedAt")}."
        );
        return ExitCode.Done;
    }

    /// <summary>The bytes of a file that may hold base64.</summary>
    private static byte[] Unwrapped(byte[] bytes)
    {
        var text = Encoding.ASCII.GetString(bytes).Trim();
        var unwrapped = new byte[text.Length];
        return Convert.TryFromBase64String(text, unwrapped, out var length) ? unwrapped[..length] : bytes;
    }

    private static OpenedLeaf Open(TlogProof proof, byte[]? entry)
    {
        if (proof.Extra is { } extra)
            return Disclosure.Parse(extra.Span).Is(out var opened, out var malformed)
                ? opened
                : throw new CommandException($"What travels with the proof is no disclosure. {malformed.Reason}.");
        if (entry is null)
            throw new CommandException("The proof discloses nothing. Give the bytes of the leaf by --leaf.");
        return LedgerLeaf.Parse(entry).Is(out var leaf, out var refused)
            ? new OpenedLeaf(leaf, null, null, null, [.. leaf.Text.Select(_ => (Opening?)null)])
            : throw new CommandException($"The bytes are no leaf. {refused.Reason}.");
    }

    private static string? Text(Opening? opening) => opening is null ? null : JsonSerializer.Deserialize<string>(Encoding.UTF8.GetString(opening.Value.Span));
}
