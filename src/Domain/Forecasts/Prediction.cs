using System.Collections.Immutable;

namespace Domain.Forecasts;

/// <summary>What a forecast says about the outcome of a question.</summary>
public abstract record Prediction
{
    private Prediction()
    {
    }

    /// <summary>
    /// A probability for each option, in the question's order, each in [0, 1] and together 1. A binary question's are
    /// <c>[p(yes), 1 − p(yes)]</c>.
    /// </summary>
    public sealed record Categorical(ImmutableArray<double> Probabilities) : Prediction
    {
        /// <summary>The two-option prediction that states <paramref name="yes"/> for <c>yes</c>.</summary>
        public static Categorical Binary(double yes) => new([yes, 1 - yes]);

        public bool Equals(Categorical? other) => other is not null && Probabilities.AsSpan().SequenceEqual(other.Probabilities.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var p in Probabilities) hash.Add(p);
            return hash.ToHashCode();
        }
    }

    /// <summary>
    /// Points of a cumulative distribution function, by rising level and non-falling value, each level in (0, 1). Values are in the
    /// question's unit, days since 1970-01-01 UTC for a date question.
    /// </summary>
    public sealed record Quantiles(ImmutableArray<Quantile> Points) : Prediction
    {
        public bool Equals(Quantiles? other) => other is not null && Points.AsSpan().SequenceEqual(other.Points.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var point in Points) hash.Add(point);
            return hash.ToHashCode();
        }
    }
}

/// <summary>The outcome lies at or below <see cref="Value"/> with probability <see cref="Level"/>.</summary>
public readonly record struct Quantile(double Level, double Value);
