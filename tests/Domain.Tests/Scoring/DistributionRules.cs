using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring.Rules;

namespace Domain.Tests.Scoring;

/// <summary>The rules for distributions, asked by themselves.</summary>
internal static class DistributionRules
{
    public static double Crps(StatedDistribution distribution, double outcome) =>
        ContinuousRankedProbabilityScore.Of(new DistributionForecast(distribution, []), outcome);

    /// <summary>The loss of what was stated, which no range has a part in.</summary>
    public static double Pinball(Prediction.Quantiles stated, double outcome)
    {
        var range = new QuestionRange(stated.Points[0].Value - 1, stated.Points[^1].Value + 1, false, false);
        return PinballLoss.Of(new DistributionForecast(new StatedDistribution(stated, range), stated), outcome);
    }
}
