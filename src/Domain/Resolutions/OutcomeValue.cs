using System.Collections.Immutable;

namespace Domain.Resolutions;

/// <summary>What happened, in the form that scoring needs: an option's index, a place in a range, or a degree for each option.</summary>
public abstract record OutcomeValue
{
    private OutcomeValue() { }

    /// <summary>One option came true. On a binary question 0 is <c>yes</c> and 1 is <c>no</c>.</summary>
    /// <param name="Index">The index of the option in the question's order, from 0.</param>
    public sealed record Option(int Index) : OutcomeValue;

    /// <summary>The outcome is a number or a date.</summary>
    /// <param name="Value">
    /// Where the quantity came out, in the question's unit (days since 1970-01-01 UTC for dates); finite, and possibly beyond an open end of the range.
    /// </param>
    public sealed record Point(double Value) : OutcomeValue;

    /// <summary>The options hold by degrees, such as a market's price before its close.</summary>
    /// <param name="Degrees">A degree for each option, in the question's order, each in [0, 1], together 1; no degree is 1, since that is an
    /// <see cref="Option"/>.</param>
    public sealed record Partial(ImmutableArray<double> Degrees) : OutcomeValue
    {
        public bool Equals(Partial? other) => other is not null && Degrees.AsSpan().SequenceEqual(other.Degrees.AsSpan());

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var degree in Degrees)
                hash.Add(degree);
            return hash.ToHashCode();
        }
    }
}
