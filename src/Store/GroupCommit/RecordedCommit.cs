using Domain.Ledger.Leaves;
using Domain.Ledger.Notes;
using Domain.Ledger.Proofs;
using Domain.Ledger.Receipts;
using Store.Events;

namespace Store.GroupCommit;

/// <summary>What one commit recorded. Its receipts are signed together, with one signature, and only when the first of them is asked for.</summary>
public sealed class RecordedCommit
{
    private readonly Lock _gate = new();
    private readonly List<(Guid Id, string Stream, long Version, object Event, string Actor)> _steps = [];
    private readonly DateTimeOffset _at;
    private CommitReceipts? _signed;

    internal RecordedCommit(DateTimeOffset at) => _at = at;

    /// <summary>The receipt of a step.</summary>
    /// <param name="place">The place of the step in the commit.</param>
    /// <param name="origin">The log that owes the leaf.</param>
    /// <param name="signer">The log's key.</param>
    public TlogProof Receipt(int place, string origin, INoteSigner signer)
    {
        lock (_gate)
        {
            return (_signed ??= CommitReceipts.Sign(origin, [.. _steps.Select(Recorded)], signer)).Of(place);
        }
    }

    /// <summary>Adds a step, before anybody asks for a receipt.</summary>
    /// <returns>Its place.</returns>
    internal int Add(Guid id, string stream, long version, object step, string actor)
    {
        _steps.Add((id, stream, version, step, actor));
        return _steps.Count - 1;
    }

    private RecordedEvent Recorded((Guid Id, string Stream, long Version, object Event, string Actor) step) =>
        new(step.Id, step.Stream, step.Version, EventNames.Of(step.Event.GetType()), _at, step.Actor, EventJson.Write(step.Event));
}
