using Domain.Distributions;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Scoring.Rules;

/// <summary>Gives forecasts on one question what the rules give them, against its outcome.</summary>
internal abstract class ForecastScorer
{
    /// <summary>What the rules give each forecast of a list.</summary>
    /// <exception cref="InvalidCastException">A forecast is of another type than the question.</exception>
    public abstract void Score(ReadOnlySpan<StandingInterval> forecasts, Span<RuleValues> values);

    /// <summary>Works out what the rules give probabilities of a question with options.</summary>
    public virtual void Score(ReadOnlySpan<double> p, ref RuleValues values) => throw new InvalidOperationException("The question has no options.");

    /// <summary>Works out what the rules give a distribution whose quantiles are taken at the levels given, which rise.</summary>
    public virtual void Score(StatedDistribution distribution, ReadOnlySpan<double> levels, ref RuleValues values) =>
        throw new InvalidOperationException("The question has no range.");
}

/// <summary>The rules on a question of which one option came true.</summary>
internal sealed class OptionScorer<TColumns>(int outcome) : ForecastScorer
    where TColumns : struct, ICategoricalColumns
{
    public override void Score(ReadOnlySpan<StandingInterval> forecasts, Span<RuleValues> values)
    {
        for (var i = 0; i < forecasts.Length; i++)
            Score(((Prediction.Categorical)forecasts[i].Prediction).Probabilities.AsSpan(), ref values[i]);
    }

    public override void Score(ReadOnlySpan<double> p, ref RuleValues values)
    {
        var given = p[outcome];
        values.Clipped = ClippedProbability.Moves(given);
        var numbers = values.Numbers;
        numbers[RuleValues.LogPPlace] = Math.Log(ClippedProbability.Of(given));
        TColumns.Fill(p, outcome, numbers[1..]);
    }
}

/// <summary>
/// The rules on a question whose options came true by degrees. All that is made of ln p is linear in it, so that its expectation stands for it.
/// </summary>
internal sealed class PartialOutcomeScorer<TColumns>(double[] degrees) : ForecastScorer
    where TColumns : struct, ICategoricalColumns
{
    public override void Score(ReadOnlySpan<StandingInterval> forecasts, Span<RuleValues> values)
    {
        for (var i = 0; i < forecasts.Length; i++)
            Score(((Prediction.Categorical)forecasts[i].Prediction).Probabilities.AsSpan(), ref values[i]);
    }

    public override void Score(ReadOnlySpan<double> p, ref RuleValues values)
    {
        values.Clipped = false;
        for (var k = 0; k < p.Length; k++)
            values.Clipped |= degrees[k] > 0 && ClippedProbability.Moves(p[k]);
        var numbers = values.Numbers;
        numbers[RuleValues.LogPPlace] = -LogarithmicScore.Of(p, degrees);
        TColumns.Fill(p, degrees, numbers[1..]);
    }
}

/// <summary>The rules on a question with a range.</summary>
internal sealed class DistributionScorer<TColumns>(QuestionRange range, OutcomeBin bin, double outcome) : ForecastScorer
    where TColumns : struct, IDistributionColumns
{
    public override void Score(ReadOnlySpan<StandingInterval> forecasts, Span<RuleValues> values)
    {
        var distribution = new StatedDistribution(range, points: 8);
        for (var i = 0; i < forecasts.Length; i++)
        {
            var stated = (Prediction.Quantiles)forecasts[i].Prediction;
            distribution.State(stated);
            Score(new DistributionForecast(distribution, stated), ref values[i]);
        }
    }

    public override void Score(StatedDistribution distribution, ReadOnlySpan<double> levels, ref RuleValues values) =>
        Score(new DistributionForecast(distribution, levels), ref values);

    private void Score(in DistributionForecast forecast, ref RuleValues values)
    {
        var given = forecast.Distribution.Probability(bin);
        values.Clipped = given < StatedDistribution.LeastBinProbability;
        var numbers = values.Numbers;
        numbers[RuleValues.LogPPlace] = Math.Log(Math.Max(given, StatedDistribution.LeastBinProbability));
        TColumns.Fill(forecast, outcome, numbers[1..]);
    }
}
