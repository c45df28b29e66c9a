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
    public static IReadOnlyList<Standing> Within(IEnumerable<ForecastStep> steps, DateTimeOffset start, DateTimeOffset end)
    {
        var (t0, t1) = (start.UtcTicks, end.UtcTicks);
        var ordered = steps.Where(s => s.MadeAt.UtcTicks < t1).OrderBy(s => s.MadeAt.UtcTicks).ThenBy(s => s.Sequence).ToList();
        var standing = new List<Standing>(ordered.Count);
        for (var i = 0; i < ordered.Count; i++)
        {
            var step = ordered[i];
            var next = i + 1 < ordered.Count ? ordered[i + 1].MadeAt.UtcTicks : t1;
            if (step.Prediction is null) continue;
            var from = Math.Max(step.MadeAt.UtcTicks, t0);
            var to = Math.Min(Math.Min(next, t1), step.ExpiresAt?.UtcTicks ?? t1);
            if (to > from) standing.Add(new Standing(from, to, step.Prediction));
        }

        return standing;
    }

    /// <summary>
    /// What stood just before an instant: the left limit, so that a forecast made at the very instant does not count for it. At the window's
    /// start, what stands from it.
    /// </summary>
    public static Prediction? Before(IReadOnlyList<Standing> standing, long instant, long start)
    {
        foreach (var s in standing)
        {
            if ((s.From < instant || (instant == start && s.From == start)) && instant <= s.To) return s.Prediction;
        }

        return null;
    }

    /// <summary>
    /// What stands at an instant of the window. At the window's end, where nothing stands any more, what stood just before it.
    /// </summary>
    public static Prediction? At(IReadOnlyList<Standing> standing, long instant, long end)
    {
        foreach (var s in standing)
        {
            if (s.From <= instant && (instant < s.To || (instant == end && s.To == end))) return s.Prediction;
        }

        return null;
    }

    /// <summary>How often a standing forecast was replaced by another.</summary>
    public static int Revisions(IReadOnlyList<Standing> standing)
    {
        var revisions = 0;
        for (var i = 1; i < standing.Count; i++)
        {
            if (standing[i].From == standing[i - 1].To) revisions++;
        }

        return revisions;
    }
}
