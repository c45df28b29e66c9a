using Domain;
using Domain.Forecasts;
using Domain.People;
using JasperFx.Events;
using Marten;

namespace Store.Forecasts;

/// <summary>One recorded step of a forecast, with both of its times.</summary>
/// <param name="Statement">What was stated; null for a withdrawal and an expiry.</param>
public sealed record RecordedStep(
    Guid EventId,
    long Sequence,
    string Type,
    string Forecaster,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    Statement? Statement,
    string? Rationale,
    DateTimeOffset? ExpiresAt,
    bool Imported,
    string? Actor)
{
    public ForecastStep ToStep() => new(MadeAt, Sequence, Statement?.ToPrediction(), ExpiresAt);
}

/// <summary>
/// Reads the forecasts on a question from the events themselves, by the prefix that their streams share. That is complete by construction:
/// a forecast is its event, so whatever was committed before the read is in it, and no view has to have caught up first.
/// </summary>
public static class ForecastLog
{
    /// <summary>Every step of every forecast on the question, in the order of recording.</summary>
    /// <param name="session">The session to read through.</param>
    /// <param name="slug">The question.</param>
    /// <param name="knownAt">Only what was recorded up to this instant, if given.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<IReadOnlyList<RecordedStep>> OnQuestionAsync(
        IQuerySession session, string slug, DateTimeOffset? knownAt, CancellationToken token)
    {
        var prefix = StreamKeys.Forecasts(slug);
        var query = session.Events.QueryAllRawEvents().Where(e => e.StreamKey!.StartsWith(prefix));
        if (knownAt is { } known) query = query.Where(e => e.Timestamp <= known);
        var events = await query.OrderBy(e => e.Sequence).ToListAsync(token);
        // That a forecast expired is known from the forecast itself, and so whether or not it has been recorded already.
        return [.. events.Where(e => e.Data is not ForecastExpired).Select(Read).OfType<RecordedStep>()];
    }

    /// <summary>Every step of one forecaster's forecast, in the order of recording; recorded expiries are among them.</summary>
    public static async Task<IReadOnlyList<RecordedStep>> OfForecasterAsync(IQuerySession session, string slug, string forecaster, CancellationToken token)
    {
        var events = await session.Events.FetchStreamAsync(StreamKeys.Forecast(slug, forecaster), token: token);
        return [.. events.Select(Read).OfType<RecordedStep>()];
    }

    /// <summary>The steps as timelines, a forecaster each.</summary>
    public static IReadOnlyList<ForecastTimeline> ToTimelines(this IEnumerable<RecordedStep> steps) =>
    [
        .. steps.GroupBy(s => s.Forecaster, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new ForecastTimeline(g.Key, g.First().Kind, [.. g.Select(s => s.ToStep())])),
    ];

    /// <summary>The step of each forecaster that stands at an instant, by forecaster; expired and withdrawn forecasts are not among them.</summary>
    public static IReadOnlyList<RecordedStep> StandingAt(this IEnumerable<RecordedStep> steps, DateTimeOffset asOf) =>
    [
        .. steps.Where(s => s.MadeAt <= asOf)
            .GroupBy(s => s.Forecaster, StringComparer.Ordinal)
            .Select(g => g.MaxBy(s => (s.MadeAt, s.Sequence))!)
            .Where(s => s.Statement is not null && !(s.ExpiresAt <= asOf))
            .OrderBy(s => s.Forecaster, StringComparer.Ordinal),
    ];

    private static RecordedStep? Read(IEvent e) => e.Data switch
    {
        ForecastSubmitted s => Step(e, s.Analyst, s.Kind, s.MadeAt, s.Statement, s.Rationale, s.ExpiresAt, s.Imported),
        ForecastRevised r => Step(e, r.Analyst, r.Kind, r.MadeAt, r.Statement, r.Rationale, r.ExpiresAt, r.Imported),
        ForecastWithdrawn w => Step(e, w.Analyst, w.Kind, w.MadeAt, null, null, null, w.Imported),
        ForecastExpired x => Step(e, x.Analyst, x.Kind, x.ExpiredAt, null, null, null, imported: false),
        _ => null,
    };

    private static RecordedStep Step(
        IEvent e,
        string forecaster,
        ForecasterKind kind,
        DateTimeOffset madeAt,
        Statement? statement,
        string? rationale,
        DateTimeOffset? expiresAt,
        bool imported) => new(
            e.Id, e.Sequence, e.Data.GetType().Name, forecaster, kind, madeAt, e.Timestamp, statement, rationale, expiresAt, imported, e.UserName);
}
