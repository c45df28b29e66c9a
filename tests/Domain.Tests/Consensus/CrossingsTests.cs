using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;

namespace Domain.Tests.Consensus;

/// <summary>Where cumulative functions cross, far from 0, where a double has few digits left for a place in the range.</summary>
public sealed class CrossingsTests
{
    private static readonly DateTimeOffset Opens = new(2021, 4, 2, 6, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The second function rises through 0.625, on which the first one is flat from 18740.15 on; between them the median goes on along the first.
    /// </summary>
    [Fact]
    public void A_median_reaches_the_level_of_a_flat_function_where_another_crosses_it()
    {
        ForecastTimeline[] forecasts =
        [
            Stated("n0", (0.4, 18700), (0.525, 18700), (0.525, 18720.075), (0.625, 18740.15), (0.625, 18773)),
            Stated("n1", (0.175, 18700), (0.375, 18736.5), (0.525, 18740.15), (0.75, 18747.45), (0.825, 18752.925), (0.925, 18765.7)),
            Stated("n2", (0.55, 18707.3), (0.575, 18707.3), (0.6, 18720.075)),
            Stated("n3", (0.175, 18700), (0.375, 18710.95), (0.55, 18773)),
            Stated("n4", (0.525, 18747.45)),
        ];

        var step = ConsensusTimelines
            .Of(ConsensusMethods.Default, Opens, Opens.AddDays(2), forecasts, [], Opens.AddDays(2), new QuestionRange(18700, 18773, false, false))
            .Single();

        var reached = ((Prediction.Quantiles)step.Prediction!).Points.First(q => q.Level >= 0.625 - 1e-12);
        // 18740.15 + 7.3 · 0.1/0.225, where the second function is at 0.625.
        Assert.Equal(18740.15 + (7.3 * 0.1 / 0.225), reached.Value, 9);
    }

    private static ForecastTimeline Stated(string who, params (double Level, double Value)[] points) =>
        new(who, ForecasterKind.Person, [new ForecastStep(Opens, 0, new Prediction.Quantiles([.. points.Select(p => new Quantile(p.Level, p.Value))]))]);
}
