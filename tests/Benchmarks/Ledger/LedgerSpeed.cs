using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Tiles;

namespace Benchmarks.Ledger;

/// <summary>
/// How many leaves a second one core hashes and folds into a tree with its tiles, beside raw SHA-256 of the same bytes and of one node a leaf, in turns of
/// one run; and how many it makes of stored events. <c>ledger [--leaves N] [--turns N]</c>.
/// </summary>
public static class LedgerSpeed
{
    /// <summary>The leaves between two checkpoints, for each of which the root is computed.</summary>
    private const int Batch = 1_000;

    public static Task<int> RunAsync(string[] args)
    {
        var (leaves, turns) = (Options.Number(args, "--leaves") ?? 200_000, Options.Number(args, "--turns") ?? 9);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;
        var events = Enumerable.Range(0, leaves).Select(Event).ToArray();
        var entries = events.Select(Entry).ToArray();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{leaves:N0} leaves of {entries.Average(e => e.Length):F0} bytes, a root every {Batch:N0}; the process held to one core, its processor time."
            )
        );
        Console.WriteLine();
        Console.WriteLine("| turn | raw SHA-256, leaves/s | hashed and folded, leaves/s | ratio | made of events, leaves/s |");
        Console.WriteLine("|---:|---:|---:|---:|---:|");
        Raw(entries);
        Folded(entries);
        Made(events);
        var ratios = new List<double>();
        for (var turn = 1; turn <= turns; turn++)
        {
            var (raw, folded, made) = (Rate(leaves, () => Raw(entries)), Rate(leaves, () => Folded(entries)), Rate(leaves, () => Made(events)));
            ratios.Add(folded / raw);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {turn} | {raw:N0} | {folded:N0} | {ratios[^1]:F2} | {made:N0} |"));
        }

        ratios.Sort();
        Console.WriteLine();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"ratio: median {ratios[ratios.Count / 2]:F2}, from {ratios[0]:F2} to {ratios[^1]:F2}; the bar is 0.6")
        );
        return Task.FromResult(0);
    }

    private static double Rate(int leaves, Action run)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Environment.CpuUsage.TotalTime;
        run();
        return leaves / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    /// <summary>Each entry and one node, hashed by themselves: what no tree can do without.</summary>
    private static void Raw(byte[][] entries)
    {
        var node = new byte[1 + (2 * Digest.Length)];
        foreach (var entry in entries)
        {
            SHA256.HashData(entry, node.AsSpan(1));
            SHA256.HashData(node, node.AsSpan(1 + Digest.Length));
        }

        GC.KeepAlive(node);
    }

    private static void Folded(byte[][] entries)
    {
        var (edge, hashes, tiles) = (TreeEdge.Empty, new List<Digest>(Batch), 0);
        foreach (var batch in entries.Chunk(Batch))
        {
            hashes.Clear();
            foreach (var entry in batch)
                hashes.Add(MerkleTree.LeafHash(entry));
            var growth = edge.Append(CollectionsMarshal.AsSpan(hashes));
            (edge, tiles) = (growth.Edge, tiles + growth.Tiles.Count);
            GC.KeepAlive(edge.Root());
        }

        GC.KeepAlive(tiles);
    }

    private static void Made(RecordedEvent[] events)
    {
        foreach (var recorded in events)
            GC.KeepAlive(Entry(recorded));
    }

    private static byte[] Entry(RecordedEvent recorded) =>
        OpenedLeaf
            .Of(recorded, new HashSet<string> { "/rationale", "/evidence" }, () => new Salt(RandomNumberGenerator.GetBytes(Salt.Length)))
            .Value.Leaf.Format()
            .Value;

    private static RecordedEvent Event(int i) =>
        new(
            Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddSeconds(i)),
            string.Create(CultureInfo.InvariantCulture, $"forecast/question-{i % 500}/analyst-{i % 300:D4}"),
            1 + (i / 500),
            "forecast_revised",
            DateTimeOffset.UnixEpoch.AddMicroseconds(i * 1_000_003L),
            string.Create(CultureInfo.InvariantCulture, $"analyst-{i % 300:D4}"),
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""
                    {"question": "question-{{i % 500}}", "analyst": "analyst-{{i % 300:D4}}", "kind": "person", "madeAt": "2026-06-01T08:00:00+00:00",
                     "statement": {"probability": {{i
                        % 100
                        / 100.0}}}, "rationale": "It went up by {{i}} since the last look.", "evidence": [], "imported": false}
                    """
                )
            )
        );
}
