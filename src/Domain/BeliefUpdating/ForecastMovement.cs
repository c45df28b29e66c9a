using System.Collections.Immutable;
using Domain.Calibration;
using Domain.Statistics;

namespace Domain.BeliefUpdating;

/// <summary>
/// How one forecaster's forecast moved on one question. The movement of a Bayesian equals, in expectation, the reduction of uncertainty. More
/// movement is overreaction, less is sluggishness. Source: Augenblick and Rabin, "Belief movement, uncertainty reduction, and
/// rational updating" (Quarterly Journal of Economics 136, 2021).
/// </summary>
/// <remarks>
/// With several options each number is half the sum over the options, as the halved Brier score is, so that a binary question reads the same whether it is
/// taken as p(yes) or as its two options.
/// </remarks>
/// <param name="Question">The question's name.</param>
/// <param name="Forecasts">How many forecasts were made in the window, without those that were replaced at the instant at which they were made.</param>
/// <param name="Revisions">How many of them followed another: Forecasts − 1. One that states the same again counts.</param>
/// <param name="AbsoluteChange">Σ over revisions of ½Σ over options |pₜ − pₜ₋₁|: the probability that was moved, in probability.</param>
/// <param name="LargestChange">The largest of these.</param>
/// <param name="Movement">Σ over revisions of ½Σ over options (pₜ − pₜ₋₁)².</param>
/// <param name="UncertaintyReduction">½Σ over options p₀(1−p₀) less the same of the last forecast; below 0 for who grew less certain.</param>
/// <param name="FirstMadeAt">When the first forecast was made.</param>
/// <param name="LastMadeAt">When the last was made.</param>
/// <param name="SinceLast">The time from the last forecast to the end of the window or to now, whichever is earlier; never negative.</param>
public sealed record ForecastMovement(
    string Question,
    int Forecasts,
    int Revisions,
    double AbsoluteChange,
    double LargestChange,
    double Movement,
    double UncertaintyReduction,
    DateTimeOffset FirstMadeAt,
    DateTimeOffset LastMadeAt,
    TimeSpan SinceLast
)
{
    /// <summary>Movement − UncertaintyReduction; 0 in expectation for a Bayesian.</summary>
    public double Excess => Movement - UncertaintyReduction;

    /// <summary>The movement of forecasts on a question, or null when there are none.</summary>
    /// <param name="question">The question's name.</param>
    /// <param name="forecasts">The intervals in which a forecast stood. A gap, as after a withdrawal, is skipped: the next forecast is compared with the last
    /// one.</param>
    /// <param name="until">The end of the window or now, whichever is earlier. Forecasts that begin at it or later do not count.</param>
    /// <exception cref="ArgumentException">The forecasts have different numbers of options.</exception>
    public static ForecastMovement? Of(string question, IEnumerable<StandingProbabilities> forecasts, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(forecasts);
        var path = forecasts.Where(f => f.From < f.Until && f.From < until).OrderBy(f => f.From).ToArray();
        if (path.Length == 0)
            return null;
        CompensatedSum moved = default,
            squared = default;
        double largest = 0;
        for (var i = 1; i < path.Length; i++)
        {
            var (size, square) = Step(path[i - 1].Probabilities, path[i].Probabilities);
            moved.Add(size);
            squared.Add(square);
            largest = Math.Max(largest, size);
        }

        return new ForecastMovement(
            question,
            path.Length,
            path.Length - 1,
            moved.Value,
            largest,
            squared.Value,
            Uncertainty(path[0].Probabilities) - Uncertainty(path[^1].Probabilities),
            path[0].From,
            path[^1].From,
            until - path[^1].From
        );
    }

    private static (double Size, double Square) Step(ImmutableArray<double> before, ImmutableArray<double> after)
    {
        if (before.Length != after.Length)
            throw new ArgumentException("Forecasts on one question have one number of options.", nameof(after));
        double size = 0,
            square = 0;
        for (var option = 0; option < before.Length; option++)
        {
            var change = after[option] - before[option];
            size += Math.Abs(change);
            square += change * change;
        }

        return (size / 2, square / 2);
    }

    private static double Uncertainty(ImmutableArray<double> probabilities)
    {
        double sum = 0;
        foreach (var p in probabilities)
            sum += p * (1 - p);
        return sum / 2;
    }
}
