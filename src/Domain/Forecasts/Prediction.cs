using System.Collections.Immutable;
using Domain.Statistics;

namespace Domain.Forecasts;

/// <summary>What a forecast says about the outcome of a question.</summary>
public abstract record Prediction
{
    private Prediction() { }

    /// <summary>Probabilities of options. Those of a binary question are <c>[p(yes), 1 − p(yes)]</c>.</summary>
    /// <param name="Probabilities">
    /// A probability for each option, in the question's order, each in [0, 1], together 1 to within <see cref="ForecastDecisions.SumTolerance"/>.
    /// </param>
    public sealed record Categorical(ImmutableArray<double> Probabilities) : Prediction
    {
        /// <summary>The two-option prediction that states <paramref name="yes"/> for <c>yes</c>.</summary>
        public static Categorical Binary(double yes) => new([yes, 1 - yes]);

        public bool Equals(Categorical? other) => other is not null && Probabilities.AsSpan().SequenceEqual(other.Probabilities.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var p in Probabilities)
                hash.Add(p);
            return hash.ToHashCode();
        }
    }

    /// <summary>
    /// Points of a cumulative distribution function. Levels are compared as decimals (<see cref="Domain.Statistics.Decimals"/>). Values are in the
    /// question's unit, days since 1970-01-01 UTC for a date question.
    /// </summary>
    /// <param name="Points">
    /// The points, at least one, by rising level. Neither levels nor values ever fall; equal levels are a flat stretch and equal values a step.
    /// </param>
    public sealed record Quantiles(ImmutableArray<Quantile> Points) : Prediction
    {
        public bool Equals(Quantiles? other) => other is not null && Points.AsSpan().SequenceEqual(other.Points.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var point in Points)
                hash.Add(point);
            return hash.ToHashCode();
        }
    }

    /// <summary>What was stated as a seal. It counts for its forecaster from the sealing on, and for the crowd from its revelation on.</summary>
    /// <param name="Revealed">What was sealed, once it is revealed; null until then.</param>
    /// <param name="RevealedAt">When it was revealed, UTC; null until then.</param>
    public sealed record Sealed(Prediction? Revealed = null, DateTimeOffset? RevealedAt = null) : Prediction;
}

/// <summary>A point of a cumulative distribution function.</summary>
/// <param name="Level">The probability, in [0, 1], that the outcome is at most <paramref name="Value"/>.</param>
/// <param name="Value">A number in the question's unit, days since 1970-01-01 UTC for a date question; finite.</param>
public readonly record struct Quantile(double Level, double Value)
{
    /// <summary>The point as it was stated; a level that is 1 as a decimal is 1, as the last sum of 200 increments may not be.</summary>
    public static Quantile Stated(double level, double value) => new(Decimals.AreEqual(level, 1) ? 1 : level, value);

    /// <summary>The points by level, compared as decimals, and those of one level by value.</summary>
    public static IOrderedEnumerable<Quantile> InOrder(IEnumerable<Quantile> points) => points.OrderBy(q => Decimals.Rounded(q.Level)).ThenBy(q => q.Value);
}
