using Api.Authorization;
using Domain.Questions;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>Forecasts: stated, revised, withdrawn, and read as of any instant and as known at any. Each act has a file of its own.</summary>
public static class ForecastEndpoints
{
    /// <summary>Maps every act on forecasts.</summary>
    public static void MapForecasts(this IEndpointRouteBuilder routes)
    {
        var forecasts = routes.MapGroup("").WithTags("Forecasts");
        State.Map(forecasts);
        Withdraw.Map(forecasts);
        Reveal.Map(forecasts);
        ManyForecasts.Map(forecasts);
        ListStanding.Map(forecasts);
        ShowHistory.Map(forecasts);
        AnalystForecasts.Map(forecasts);
        ListScales.Map(forecasts);
    }

    /// <summary>The refusal, unless the caller, who may have been remembered, has no right to hear it any more.</summary>
    internal static async Task<IResult> RefusedAsync(HttpContext http, IResult refusal) =>
        (CachedCallers.MayBeRemembered(http) ? await http.ReadmitAsync() : null) ?? refusal;

    /// <summary>A step without what its reader is not to see.</summary>
    internal static RecordedStep ShownTo(this RecordedStep step, HttpContext http) =>
        http.SeesRationales() ? step : step with { Rationale = null, Evidence = null };

    /// <summary>A step that stands, as the API shows it.</summary>
    internal static ForecastAnswer Answer(Question question, RecordedStep s)
    {
        var stated = StatementAnswer.Of(question, s.Statement)!;
        return new ForecastAnswer
        {
            Analyst = s.Forecaster,
            Kind = s.Kind,
            MadeAt = s.MadeAt,
            RecordedAt = s.RecordedAt,
            Probability = stated.Probability,
            Probabilities = stated.Probabilities,
            Quantiles = stated.Quantiles,
            Verbal = stated.Verbal,
            Term = stated.Term,
            Seal = stated.Seal,
            RevealedAt = stated.RevealedAt,
            Rationale = s.Rationale,
            ExpiresAt = s.ExpiresAt,
            Imported = s.Imported,
        };
    }
}
