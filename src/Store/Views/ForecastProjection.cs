using Domain.Forecasts;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Store.Views;

/// <summary>Folds one analyst's forecast from its stream on request. No document is stored.</summary>
public sealed partial class ForecastProjection : SingleStreamProjection<Forecast, string>
{
    public override Forecast? Evolve(Forecast? snapshot, string id, IEvent e)
    {
        var next = Forecast.After(snapshot, id, e.Data);
        return next is null ? null : next with { Version = e.Version };
    }
}
