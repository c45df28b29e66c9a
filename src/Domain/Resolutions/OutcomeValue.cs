namespace Domain.Resolutions;

/// <summary>What happened, in the form that scoring needs: an option's index or a place in a range.</summary>
public abstract record OutcomeValue
{
    private OutcomeValue()
    {
    }

    /// <summary>The option at <paramref name="Index"/> came true; on a binary question 0 is <c>yes</c> and 1 is <c>no</c>.</summary>
    public sealed record Option(int Index) : OutcomeValue;

    /// <summary>The quantity came out at <paramref name="Value"/>, in the question's unit (days since 1970-01-01 UTC for dates).</summary>
    public sealed record Point(double Value) : OutcomeValue;
}
