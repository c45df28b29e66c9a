using Domain.Crowds;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>How far apart the crowd's standing forecasts lie from an instant on.</summary>
/// <param name="At">The instant, UTC, included.</param>
/// <param name="Standing">How many forecasts stand; 0 where none does any more, and the quantiles are then 0 too.</param>
/// <param name="Low">The quantile at 5 % of the probabilities that stand, in [0, 1].</param>
/// <param name="LowerQuartile">The quantile at 25 %.</param>
/// <param name="Median">The median: what <c>consensus:median</c> says of one of two options.</param>
/// <param name="UpperQuartile">The quantile at 75 %.</param>
/// <param name="High">The quantile at 95 %.</param>
public readonly record struct SpreadStep(DateTimeOffset At, int Standing, double Low, double LowerQuartile, double Median, double UpperQuartile, double High);

/// <summary>The spread of a crowd's forecasts of one option, as a step function over time.</summary>
public static class CrowdSpread
{
    /// <summary>A step at each instant in ⟨opensAt, until) at which a forecast of the crowd begins, changes or ends.</summary>
    /// <param name="forecasts">Everybody's forecasts, in any order; those of persons and bots make up the crowd.</param>
    /// <param name="option">The index of the option whose probability is meant.</param>
    /// <param name="opensAt">The start of the scheduled lifetime.</param>
    /// <param name="until">The instant before which steps are wanted.</param>
    public static IReadOnlyList<SpreadStep> Of(IReadOnlyList<ForecastTimeline> forecasts, int option, DateTimeOffset opensAt, DateTimeOffset until)
    {
        var end = until.UtcTicks;
        var intervals = StandingIntervals.Within(forecasts.Where(f => Crowd.Counts(f.Kind)), opensAt.UtcTicks, end).Open();
        var changes = StandingTransitions.Of(intervals.All, end);
        var current = new double[intervals.Forecasters.Length];
        var sorted = new List<double>(current.Length);
        var steps = new List<SpreadStep>();
        for (var c = 0; c < changes.Count; )
        {
            var instant = changes.At(c);
            for (; c < changes.Count && changes.At(c) == instant; c++)
            {
                var kind = changes.KindOf(c);
                ref var stated = ref current[changes.ForecasterOf(c)];
                if (kind != Transition.Begins)
                    sorted.RemoveAt(sorted.BinarySearch(stated));
                if (kind == Transition.Ends)
                    continue;
                stated = ((Prediction.Categorical)intervals.All[changes.IntervalOf(c)].Prediction).Probabilities[option];
                var place = sorted.BinarySearch(stated);
                sorted.Insert(place < 0 ? ~place : place, stated);
            }

            steps.Add(StepAt(new DateTimeOffset(instant, TimeSpan.Zero), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(sorted)));
        }

        return steps;
    }

    private static SpreadStep StepAt(DateTimeOffset at, ReadOnlySpan<double> sorted) =>
        sorted.IsEmpty
            ? new SpreadStep(at, 0, 0, 0, 0, 0, 0)
            : new SpreadStep(
                at,
                sorted.Length,
                SampleQuantile.OfSorted(sorted, 0.05),
                SampleQuantile.OfSorted(sorted, 0.25),
                SampleQuantile.OfSorted(sorted, 0.5),
                SampleQuantile.OfSorted(sorted, 0.75),
                SampleQuantile.OfSorted(sorted, 0.95)
            );
}
