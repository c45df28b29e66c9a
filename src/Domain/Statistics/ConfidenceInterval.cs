namespace Domain.Statistics;

/// <summary>A closed interval for a number that is estimated, with <see cref="Lower"/> ≤ <see cref="Upper"/>.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end, at or above the lower.</param>
public readonly record struct ConfidenceInterval(double Lower, double Upper)
{
    /// <summary>Whether <paramref name="value"/> lies in the interval, its ends included.</summary>
    public bool Contains(double value) => Lower <= value && value <= Upper;
}
