using CsCheck;
using Domain.Consensus;
using Domain.Crowds;
using Domain.Forecasts;
using Domain.Statistics;
using Domain.Tests.Scoring;

namespace Domain.Tests.Consensus;

/// <summary>The spread of a crowd against its definition, worked out anew at every instant.</summary>
public sealed class CrowdSpreadTests
{
    [Fact]
    public void Each_step_holds_the_quantiles_of_the_forecasts_that_stand_from_then_on() =>
        RandomQuestions
            .OfOptions()
            .Sample(
                input =>
                {
                    var (from, until) = (input.Question.OpensAt, input.Question.ClosesAt);
                    var steps = CrowdSpread.Of(input.Forecasts, 0, from, until);
                    Assert.Equal(steps.OrderBy(s => s.At), steps);
                    foreach (var step in steps)
                    {
                        var standing = StandingAt(input.Forecasts, step.At).Order().ToArray();
                        Assert.Equal(standing.Length, step.Standing);
                        if (standing.Length == 0)
                            continue;
                        Assert.Equal(
                            new[] { 0.05, 0.25, 0.5, 0.75, 0.95 }.Select(level => SampleQuantile.OfSorted(standing, level)),
                            new[] { step.Low, step.LowerQuartile, step.Median, step.UpperQuartile, step.High }
                        );
                    }
                },
                iter: 200
            );

    [Fact]
    public void Its_median_of_one_of_two_options_is_that_of_the_consensus() =>
        RandomQuestions
            .OfOptions()
            .Where(input => input.Question.OptionCount == 2)
            .Sample(
                input =>
                {
                    var (from, until) = (input.Question.OpensAt, input.Question.ClosesAt);
                    var spread = CrowdSpread.Of(input.Forecasts, 0, from, until);
                    var consensus = ConsensusTimelines.Of(ConsensusMethods.Find("median")!, from, until, input.Forecasts, [], until, null);
                    Assert.Equal(consensus.Select(s => s.MadeAt), spread.Select(s => s.At));
                    foreach (var (stated, step) in consensus.Zip(spread))
                    {
                        Assert.Equal(stated.Prediction is null, step.Standing == 0);
                        if (stated.Prediction is Prediction.Categorical { Probabilities: var p })
                            Assert.Equal(p[0], step.Median, 1e-9);
                    }
                },
                iter: 200
            );

    private static IEnumerable<double> StandingAt(IEnumerable<ForecastTimeline> forecasts, DateTimeOffset at) =>
        from f in forecasts
        where Crowd.Counts(f.Kind)
        let last = f.Steps.Where(s => s.MadeAt <= at).OrderBy(s => s.MadeAt).ThenBy(s => s.Sequence).Select(s => (ForecastStep?)s).LastOrDefault()
        where last is { Prediction: not null } && !(last.Value.ExpiresAt <= at)
        // What is sealed is there for nobody before its revelation.
        let stated = last.Value.Prediction is Prediction.Sealed seal ? (seal.RevealedAt <= at ? seal.Revealed : null) : last.Value.Prediction
        where stated is not null
        select ((Prediction.Categorical)stated).Probabilities[0];
}
