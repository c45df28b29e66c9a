using System.Collections.Immutable;

namespace Domain.Calibration;

/// <summary>An interval ⟨<see cref="From"/>, <see cref="Until"/>) in which a forecaster's forecast on a question stood unchanged.</summary>
/// <param name="From">Its start, UTC: when the forecast was made, or the window opened.</param>
/// <param name="Until">Its end, not in it: a revision, a withdrawal, an expiry, or the end of the window.</param>
/// <param name="Probabilities">One for each option, each in [0, 1]; a binary question's are <c>[p(yes), 1 − p(yes)]</c>.</param>
public readonly record struct StandingProbabilities(DateTimeOffset From, DateTimeOffset Until, ImmutableArray<double> Probabilities)
{
    /// <summary>The parts of the intervals that lie in ⟨from, until), for calibration by period or by horizon before the close.</summary>
    public static IReadOnlyList<StandingProbabilities> Clip(IEnumerable<StandingProbabilities> forecasts, DateTimeOffset from, DateTimeOffset until)
    {
        var kept = new List<StandingProbabilities>();
        foreach (var forecast in forecasts)
        {
            var clipped = forecast with { From = forecast.From > from ? forecast.From : from, Until = forecast.Until < until ? forecast.Until : until };
            if (clipped.From < clipped.Until)
                kept.Add(clipped);
        }

        return kept;
    }
}
