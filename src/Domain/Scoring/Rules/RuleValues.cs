using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Domain.Scoring.Rules;

/// <summary>What the rules that apply to a question give one forecast, and the logarithm of what the forecast gave the outcome.</summary>
internal struct RuleValues
{
    /// <summary>How many rules of a set can apply to one type of question, those that are multiples of others left out.</summary>
    public const int MostRules = 6;

    /// <summary>How many numbers there are at most: one for each rule, and ln p.</summary>
    public const int Most = MostRules + 1;

    /// <summary>The place of ln p; the rules follow in the order of <see cref="RuleLayout"/>.</summary>
    public const int LogPPlace = 0;

    private NumberArray _numbers;

    /// <summary>Whether ln p is of a clipped probability, or of a floored one of a bin.</summary>
    public bool Clipped;

    /// <summary>The logarithm of what the forecast gave the outcome, clipped, or its bin, floored; of a partial outcome its expectation.</summary>
    public readonly double LogP => _numbers[LogPPlace];

    /// <summary>What the rule at a place gives; NaN where it is undefined on the forecast.</summary>
    public readonly double this[int place] => _numbers[place];

    /// <summary>The numbers, to be filled in.</summary>
    [UnscopedRef]
    public Span<double> Numbers => _numbers;

    /// <summary>The first numbers, as many as are used.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<double> Used(int columns) => ((ReadOnlySpan<double>)_numbers)[..columns];

    [InlineArray(Most)]
    private struct NumberArray
    {
        private double _first;
    }
}
