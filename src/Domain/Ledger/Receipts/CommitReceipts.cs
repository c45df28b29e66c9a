using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Proofs;

namespace Domain.Ledger.Receipts;

/// <summary>
/// The receipts of events that were committed together. The commit is a small log of its own, complete from the beginning, whose checkpoint is signed once; a
/// receipt is the proof that the event is in it. The log whose key signed it owes each of the events a leaf.
/// </summary>
public sealed class CommitReceipts
{
    private const string Infix = "/receipts/";

    private readonly byte[][] _entries;

    // The roots of all whole subtrees, by height. A commit may hold thousands of events, each of which is asked for its receipt.
    private readonly List<Digest[]> _subtrees;
    private readonly SignedCheckpoint _checkpoint;

    private CommitReceipts(byte[][] entries, Digest[] hashes, SignedCheckpoint checkpoint)
    {
        (_entries, _subtrees, _checkpoint) = (entries, [hashes], checkpoint);
        while (_subtrees[^1] is { Length: > 1 } below)
        {
            var above = new Digest[below.Length / 2];
            for (var i = 0; i < above.Length; i++)
                above[i] = MerkleTree.NodeHash(below[2 * i], below[(2 * i) + 1]);
            _subtrees.Add(above);
        }
    }

    /// <summary>Signs what a commit recorded.</summary>
    /// <param name="origin">The log that owes the leaves.</param>
    /// <param name="events">The events, at least one.</param>
    /// <param name="signer">The Ed25519 key of the log.</param>
    /// <exception cref="FormatException">An event has no RFC 8785 spelling.</exception>
    public static CommitReceipts Sign(string origin, IReadOnlyList<RecordedEvent> events, INoteSigner signer)
    {
        var entries = events.Select(e => ReceiptEntry.Format(e).Value).ToArray();
        var hashes = Array.ConvertAll(entries, e => MerkleTree.LeafHash(e));
        // An event is committed once, so that no two commits have the same name.
        var head = new Checkpoint($"{origin}{Infix}{events[0].Id:D}", hashes.Length, MerkleTree.Root(hashes));
        return new CommitReceipts(entries, hashes, SignedCheckpoint.Sign(head, [signer], timestamp: 0));
    }

    /// <summary>The receipt of an event.</summary>
    /// <param name="place">Its place among the events of the commit, from 0.</param>
    public TlogProof Of(int place)
    {
        var proof = InclusionProof.Make(place, _entries.Length, s => _subtrees[s.Height][s.Index]);
        return new TlogProof(_entries[place], place, proof.Hashes, _checkpoint);
    }

    /// <summary>The log that owes a leaf by a receipt; null where a checkpoint is no receipt's.</summary>
    /// <param name="origin">The origin of the checkpoint.</param>
    public static string? LogOf(string origin) =>
        origin.LastIndexOf(Infix, StringComparison.Ordinal) is >= 1 and var at && Guid.TryParseExact(origin.AsSpan(at + Infix.Length), "D", out _)
            ? origin[..at]
            : null;
}
