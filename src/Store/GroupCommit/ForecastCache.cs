using Domain.Forecasts;

namespace Store.GroupCommit;

/// <summary>
/// The state of forecasts that were recently recorded or read. The number is bounded, and the least recently used are removed first. The commit compares
/// versions, so an outdated entry costs a second read and nothing else.
/// </summary>
internal sealed class ForecastCache
{
    private const int Generation = 10_000;

    private Dictionary<string, Forecast> _young = new(StringComparer.Ordinal);
    private Dictionary<string, Forecast> _old = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public bool TryFind(string stream, out Forecast? forecast)
    {
        lock (_lock)
        {
            if (_young.TryGetValue(stream, out forecast))
                return true;
            if (!_old.TryGetValue(stream, out forecast))
                return false;
            Keep(forecast);
            return true;
        }
    }

    public void Keep(Forecast forecast)
    {
        lock (_lock)
        {
            if (_young.Count >= Generation && !_young.ContainsKey(forecast.Id))
                (_old, _young) = (_young, new Dictionary<string, Forecast>(StringComparer.Ordinal));
            _young[forecast.Id] = forecast;
        }
    }

    public void Forget(string stream)
    {
        lock (_lock)
        {
            _young.Remove(stream);
            _old.Remove(stream);
        }
    }
}
