using Domain.Forecasts;
using JasperFx;
using Marten;
using Store.Appending;
using Store.Reading;

namespace Worker.ExpiringForecasts;

/// <summary>
/// Records expiries when they are due. The due ones are read from the database, so none is lost while no worker runs. If two workers find the same expiry, both
/// append to the same version of a stream, and one of them succeeds.
/// </summary>
public sealed class ExpireForecasts(IDocumentStore store, DueExpiries due, TimeProvider clock, ILogger<ExpireForecasts> logger)
    : RepeatedWork(TimeSpan.FromSeconds(1), clock, logger, "Expiries could not be recorded; they are looked at again")
{
    private const int Page = 200;

    /// <summary>How far the rows may be behind the events and still be seen at the next look.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>How often the whole past is searched: after a start, and for rows that were further behind.</summary>
    private static readonly TimeSpan WholePast = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _clock = clock;
    private DateTimeOffset _looked = DateTimeOffset.UnixEpoch;
    private DateTimeOffset _lookedAtAll = DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        var now = _clock.GetUtcNow().ToMicroseconds();
        var whole = now - _lookedAtAll >= WholePast;
        await ExpireAsync(whole ? DateTimeOffset.UnixEpoch : _looked - Slack, now, token);
        _looked = now;
        if (whole)
            _lookedAtAll = now;
        return false;
    }

    /// <summary>Records every expiry in ⟨after, now], as of its own instant.</summary>
    public async Task ExpireAsync(DateTimeOffset after, DateTimeOffset now, CancellationToken token)
    {
        string? beyond = null;
        IReadOnlyList<string> streams;
        do
        {
            streams = await due.PageAsync(after, now, beyond, Page, token);
            foreach (var stream in streams)
                await ExpireAsync(beyond = stream, now, token);
        } while (streams.Count == Page);
    }

    private async Task ExpireAsync(string stream, DateTimeOffset now, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        session.LastModifiedBy = "worker";
        var forecast = await session.Events.AggregateStreamAsync<Forecast>(stream, token: token);
        var decision = ForecastDecisions.Expire(forecast, now);
        if (decision.Events.Count == 0)
            return;
        session.Append(stream, forecast!.Version, decision.Events, now);
        try
        {
            await session.SaveChangesAsync(token);
        }
        catch (ConcurrencyException)
        {
            // The forecast was revised, or the expiry recorded, in the meantime. If it is still due, the next look finds it.
        }
    }
}
