using System.CommandLine;
using System.Globalization;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Policies;
using Domain.Ledger.Tiles;
using Signing;

namespace Cli.Ledger;

/// <summary><c>ledger audit</c>: reads a whole log from outside, and makes its tree once more.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("log") { Description = "The address of a service, or a folder with a copy of its log." };
        var since = new Option<string?>("--since") { Description = "A checkpoint that was kept earlier: the log has to continue it.", HelpName = "file" };
        var keep = new Option<string?>("--keep") { Description = "Where to keep the checkpoint for the next audit, if all is sound.", HelpName = "file" };
        var command = new Command(
            "audit",
            """
            Reads a whole log by its public addresses alone, makes its tree once more from the entries, and compares it with the tiles and with the signed
            checkpoint, and with a checkpoint that was kept earlier. It ends with 1 where anything does not fit.
            """
        )
        {
            place,
            since,
            keep,
            TrustedKeys.KeyOption,
            TrustedKeys.PolicyOption,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var policy = await TrustedKeys.PolicyAsync(line, token);
                using var source = LogSource.Of(line.GetRequiredValue(place));
                var note = await CheckpointAsync(source, policy, token);
                var (checkpoint, verdict) = TrustedKeys.Take(policy, note, "The log's checkpoint");
                var head = checkpoint.Checkpoint;
                var earlier = line.GetValue(since) is { } file
                    ? TrustedKeys.Take(policy, await Files.ReadAsync(file, token), file).Checkpoint.Checkpoint
                    : null;
                if (earlier is not null && (earlier.Origin != head.Origin || earlier.Size > head.Size))
                    throw new CommandException(
                        $"The log {head.Origin} has {head.Size} leaves; the checkpoint kept earlier is of {earlier.Origin} at {earlier.Size}."
                    );
                await CompareAsync(source, head, earlier, terminal, token);
                if (line.GetValue(keep) is { } kept)
                    await File.WriteAllBytesAsync(kept, note, token);
                terminal.Answer(
                    new
                    {
                        sound = true,
                        head.Origin,
                        head.Size,
                        rootHash = head.Root.ToString(),
                        signatures = TrustedKeys.Words(verdict),
                    },
                    () =>
                        $"Sound: the log {head.Origin} has {head.Size} leaves{(earlier is null ? "" : $", continues the one of {earlier.Size}")}, and has the "
                        + $"root {head.Root}, {TrustedKeys.Words(verdict)}."
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>The last checkpoint; the last that was witnessed, where the policy wants witnesses and does not take the last.</summary>
    private static async Task<byte[]> CheckpointAsync(LogSource source, TrustPolicy policy, CancellationToken token)
    {
        var last = await source.CheckpointAsync(token);
        var isTaken = SignedCheckpoint.Parse(last).Is(out var checkpoint, out _) && policy.Evaluate(checkpoint, Signatures.Algorithms).Is(out _, out _);
        return isTaken || policy.Quorum is null ? last : await source.CheckpointAsync(token, "witnessed-checkpoint");
    }

    private static async Task CompareAsync(LogSource source, Checkpoint head, Checkpoint? earlier, Terminal terminal, CancellationToken token)
    {
        var edge = TreeEdge.Empty;
        for (var bundle = 0L; bundle * EntryBundlePath.FullWidth < head.Size; bundle++)
        {
            var first = bundle * EntryBundlePath.FullWidth;
            var path = new EntryBundlePath(bundle, (int)Math.Min(EntryBundlePath.FullWidth, head.Size - first));
            if (!EntryBundle.Parse(await source.ReadAsync(path.ToString(), token), path.Width).Is(out var entries, out var malformed))
                throw new CommandException($"{path} is no bundle. {malformed.Reason}.");
            var hashes = new Digest[path.Width];
            for (var i = 0; i < path.Width; i++)
            {
                if (!LedgerLeaf.Parse(entries.Entries[i].Span).Is(out _, out malformed))
                    throw new CommandException($"Entry {first + i} is no leaf. {malformed.Reason}.");
                hashes[i] = MerkleTree.LeafHash(entries.Entries[i].Span);
            }

            var within = earlier is not null && earlier.Size > first && earlier.Size <= first + path.Width ? (int)(earlier.Size - first) : -1;
            if (within >= 0 && edge.Append(hashes.AsSpan(0, within)).Edge.Root() != earlier!.Root)
                throw new CommandException($"The log does not continue the checkpoint of {earlier.Size} leaves: it has been forked or rewritten.");
            var growth = edge.Append(hashes);
            await CompareAsync(source, growth.Tiles.Where(t => t.Path.IsFull || first + path.Width == head.Size), token);
            edge = growth.Edge;
            terminal.Progress(string.Create(CultureInfo.InvariantCulture, $"{first + path.Width:N0} of {head.Size:N0} leaves"));
        }

        await CompareAsync(source, edge.Tiles(), token);
        if (edge.Root() != head.Root)
            throw new CommandException("The entries do not give the root of the checkpoint.");
    }

    private static async Task CompareAsync(LogSource source, IEnumerable<(TilePath Path, HashTile Tile)> tiles, CancellationToken token)
    {
        foreach (var (path, tile) in tiles)
        {
            if (!(await source.ReadAsync(path.ToString(), token)).AsSpan().SequenceEqual(tile.Format()))
                throw new CommandException($"{path} is not what the entries give.");
        }
    }
}
