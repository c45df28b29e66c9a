using Domain.People;
using Domain.Questions;

namespace Domain.Forecasts;

/// <summary>One analyst's forecast on one question, folded from its stream.</summary>
public sealed record Forecast
{
    /// <summary>The stream's key.</summary>
    public required string Id { get; init; }

    /// <summary>The slug of the question.</summary>
    public required QuestionSlug Question { get; init; }

    /// <summary>The name of the forecaster.</summary>
    public required ForecasterName Analyst { get; init; }

    /// <summary>Who or what makes the forecast.</summary>
    public required ForecasterKind Kind { get; init; }

    /// <summary>When the last step was made, a withdrawal included; UTC.</summary>
    public DateTimeOffset MadeAt { get; init; }

    /// <summary>What stands, until it expires; null after a withdrawal, and once an expiry is recorded.</summary>
    public Statement? Standing { get; init; }

    /// <summary>The instant from which the forecast no longer stands, UTC; null where it has no expiry of its own, and where nothing stands.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The stream's version: the number of its events.</summary>
    public long Version { get; init; }

    /// <summary>The state after one more event, given none or an earlier one; events of other kinds change nothing.</summary>
    public static Forecast? After(Forecast? forecast, string id, object e) =>
        e switch
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
            // An imported step may be older than the forecast that stands. The step that was made later counts; of two made at one instant, the later event.
            ForecastRevised r when r.MadeAt < forecast?.MadeAt => forecast,
            ForecastWithdrawn w when w.MadeAt < forecast?.MadeAt => forecast,
            ForecastRevised r when forecast is not null => forecast with { MadeAt = r.MadeAt, Standing = r.Statement, ExpiresAt = r.ExpiresAt },
            ForecastWithdrawn w when forecast is not null => forecast with { MadeAt = w.MadeAt, Standing = null, ExpiresAt = null },
            // What stands as a seal stands from then on as what was sealed; a seal that was replaced, withdrawn or has expired stands no more.
            ForecastRevealed r when forecast?.MadeAt == r.MadeAt && forecast.Standing?.Seal == r.Statement.Seal => forecast with { Standing = r.Statement },
            ForecastExpired x when forecast?.ExpiresAt == x.ExpiredAt => forecast with { Standing = null, ExpiresAt = null },
            _ => forecast,
        };

    /// <summary>
    /// The state after the last event of a stream, made from that event alone. This is possible for a first step and for a live step, which is later than all
    /// steps before it. Null where the whole stream must be read, because an imported step may be older than the forecast that stands.
    /// </summary>
    public static Forecast? FromLast(string id, long version, object e) =>
        e switch
        {
            ForecastSubmitted s when version == 1 => Stated(s.Question, s.Analyst, s.Kind, s.MadeAt, s.Statement, s.ExpiresAt),
            ForecastRevised { Imported: false } r => Stated(r.Question, r.Analyst, r.Kind, r.MadeAt, r.Statement, r.ExpiresAt),
            ForecastWithdrawn { Imported: false } w => Stated(w.Question, w.Analyst, w.Kind, w.MadeAt, null, null),
            _ => null,
        }
            is { } state
            ? state with
            {
                Id = id,
                Version = version,
            }
            : null;

    private static Forecast Stated(
        QuestionSlug question,
        ForecasterName analyst,
        ForecasterKind kind,
        DateTimeOffset madeAt,
        Statement? statement,
        DateTimeOffset? expiresAt
    ) =>
        new()
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
