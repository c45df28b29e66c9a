using Domain.Forecasts;
using JasperFx;
using Marten;
using Store.Appending;
using Store.Reading;

namespace Worker.ExpiringForecasts;

/// <summary>
/// Records expiries when they have come. What is due is asked of the database, so nothing is lost while nothing runs; two workers that find the same
/// one append to the same version of a stream, and one of them does.
/// </summary>
public sealed class ExpireForecasts(IDocumentStore store, DueExpiries due, TimeProvider clock, ILogger<ExpireForecasts> logger)
    : RepeatedWork(TimeSpan.FromSeconds(1), clock, logger, "Expiries could not be recorded; they are looked at again")
{
    private const int Page = 200;

    /// <summary>How long the rows that are looked at may be behind the events and still be seen at once.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>How often all of the past is looked at: after a start, and for rows that were behind for longer.</summary>
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
            // It was revised or recorded meanwhile; if it still is to be, the next look finds it.
        }
    }
}
