using Domain.Forecasts;

namespace Domain.Scoring;

/// <summary>A stretch of the scoring window ⟨From, To), in UTC ticks, in which one prediction of a forecaster stood.</summary>
public readonly record struct Standing(long From, long To, Prediction Prediction);

/// <summary>
/// A forecaster's step function on the scoring window: each forecast holds from the instant it was made until it is revised, withdrawn or
/// expires. Of two made at one instant the later event holds; one made before the window holds from its start; one made at its end or later
/// never counts.
/// </summary>
public static class StandingForecasts
{
    public static IReadOnlyList<Standing> Within(IReadOnlyList<ForecastStep> steps, DateTimeOffset start, DateTimeOffset end)
    {
        // Whose they are does not matter here: one forecaster's stretches are all there are.
        var stretches = Stretches.Within([new ForecastTimeline("", default, steps)], start.UtcTicks, end.UtcTicks).All;
        var standing = new Standing[stretches.Length];
        for (var i = 0; i < standing.Length; i++)
            standing[i] = new Standing(stretches[i].From, stretches[i].To, stretches[i].Prediction);
        return standing;
    }
}
