using Domain.Scoring;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Store.Scores;

/// <summary>Keeps the latest generation of each question's scores at hand; the earlier ones stay in the stream.</summary>
public sealed partial class ScoringsProjection : SingleStreamProjection<Scorings, string>
{
    public override Scorings? Evolve(Scorings? snapshot, string id, IEvent e) => Scorings.After(snapshot, id, e.Data);
}
