using Domain.People;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Store.People;

/// <summary>Keeps each analyst's rights as a document, in the transaction that changes them, so that a revocation takes effect at once.</summary>
public sealed partial class AnalystProjection : SingleStreamProjection<Analyst, string>
{
    public override Analyst? Evolve(Analyst? snapshot, string id, IEvent e)
    {
        var next = Analyst.After(snapshot, id, e.Data);
        return next is null ? null : next with { Version = e.Version };
    }
}
