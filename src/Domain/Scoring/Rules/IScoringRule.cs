namespace Domain.Scoring.Rules;

/// <summary>A proper scoring rule: it gives one forecast a number, and who states what they believe expects the best one.</summary>
/// <remarks>
/// A rule is one file: a struct that implements <see cref="ICategoricalRule"/> or <see cref="IDistributionRule"/>. Everything else follows from it; see
/// <c>docs/contributing/adding-a-scoring-rule.md</c>. It is a struct, and its functions are static, so that the functions of all rules that apply to a question
/// are compiled into one, which scoring calls without looking anything up.
/// </remarks>
public interface IScoringRule
{
    /// <summary>What the rule is called and what its numbers mean.</summary>
    static abstract ScoringRule Rule { get; }
}

/// <summary>A rule for a probability on each of K options.</summary>
public interface ICategoricalRule : IScoringRule
{
    /// <summary>What the rule gives where one option came true.</summary>
    /// <param name="p">The probabilities, each in [0, 1], together 1.</param>
    /// <param name="outcome">The place of the option that came true.</param>
    static abstract double Of(ReadOnlySpan<double> p, int outcome);

    /// <summary>
    /// What the rule gives where the outcome is partial. A rule that is linear in the outcome gives its expectation under <paramref name="degrees"/>.
    /// </summary>
    /// <param name="p">The probabilities, each in [0, 1], together 1.</param>
    /// <param name="degrees">The degrees to which the options came true, in the same order, together 1.</param>
    static abstract double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees);
}

/// <summary>A rule for a distribution over a range.</summary>
public interface IDistributionRule : IScoringRule
{
    /// <summary>What the rule gives; NaN where it is undefined on the forecast (see <see cref="ScoringRule.UndefinedNote"/>).</summary>
    /// <param name="forecast">The distribution and what it was stated by.</param>
    /// <param name="outcome">The outcome, in the question's unit; it may lie beyond an open end of the range.</param>
    static abstract double Of(in DistributionForecast forecast, double outcome);
}
