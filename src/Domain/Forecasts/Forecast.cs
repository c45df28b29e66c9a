using Domain.People;

namespace Domain.Forecasts;

/// <summary>One analyst's forecast on one question, folded from its stream.</summary>
public sealed record Forecast
{
    /// <summary>The stream's key.</summary>
    public required string Id { get; init; }

    public required string Question { get; init; }

    public required string Analyst { get; init; }

    public required ForecasterKind Kind { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>What stands; null after a withdrawal.</summary>
    public Statement? Standing { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public long Version { get; init; }

    /// <summary>The state after one more event, given none or an earlier one; events of other kinds change nothing.</summary>
    public static Forecast? After(Forecast? forecast, string id, object e) => e switch
    {
        ForecastSubmitted s => new Forecast
        {
            Id = id,
            Question = s.Question,
            Analyst = s.Analyst,
            Kind = s.Kind,
            MadeAt = s.MadeAt,
            Standing = s.Statement,
            ExpiresAt = s.ExpiresAt,
        },
        ForecastRevised r when forecast is not null => forecast with { MadeAt = r.MadeAt, Standing = r.Statement, ExpiresAt = r.ExpiresAt },
        ForecastWithdrawn w when forecast is not null => forecast with { MadeAt = w.MadeAt, Standing = null, ExpiresAt = null },
        _ => forecast,
    };

    /// <summary>
    /// The state after a forecast's last event, from that event alone: each step states the whole forecast, so none before it matters. Null for
    /// an event that is no step of a forecast.
    /// </summary>
    public static Forecast? FromLast(string id, long version, object e) => e switch
    {
        ForecastSubmitted s => Stated(s.Question, s.Analyst, s.Kind, s.MadeAt, s.Statement, s.ExpiresAt),
        ForecastRevised r => Stated(r.Question, r.Analyst, r.Kind, r.MadeAt, r.Statement, r.ExpiresAt),
        ForecastWithdrawn w => Stated(w.Question, w.Analyst, w.Kind, w.MadeAt, null, null),
        _ => null,
    } is { } state ? state with { Id = id, Version = version } : null;

    private static Forecast Stated(
        string question, string analyst, ForecasterKind kind, DateTimeOffset madeAt, Statement? statement, DateTimeOffset? expiresAt) => new()
        {
            Id = "",
            Question = question,
            Analyst = analyst,
            Kind = kind,
            MadeAt = madeAt,
            Standing = statement,
            ExpiresAt = expiresAt,
        };
}
