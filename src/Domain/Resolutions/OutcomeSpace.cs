namespace Domain.Resolutions;

/// <summary>Which outcomes a question can have. A question is one; outcomes are read and written by this alone.</summary>
public interface IOutcomeSpace
{
    /// <summary>The options in the question's order; none where the outcome is a number or a date.</summary>
    IReadOnlyList<string> Options { get; }

    /// <summary>What an outcome is.</summary>
    OutcomeForm Form { get; }

    /// <summary>Whether there are two options, the first of which is <c>yes</c>, so that a number can stand for its degree.</summary>
    bool IsBinary { get; }

    /// <summary>Whether the question can come out at a number, in its unit (days since 1970-01-01 UTC for dates). Both ends of a range are included.</summary>
    bool Includes(double value);
}

/// <summary>What an outcome is.</summary>
public enum OutcomeForm
{
    /// <summary>One of the options, or a degree for each.</summary>
    Option,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A date or an instant.</summary>
    Date,
}
