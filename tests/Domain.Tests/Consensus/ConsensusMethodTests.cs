using CsCheck;
using Domain.Consensus;
using Domain.Consensus.Methods;
using Domain.Forecasts;
using Domain.People;
using Domain.Tests.Architecture;
using Domain.Tests.Documentation;
using Domain.Tests.Scoring;

namespace Domain.Tests.Consensus;

/// <summary>What holds of every method of the registry, the ones that will be added included.</summary>
public sealed class ConsensusMethodTests
{
    private static readonly DateTimeOffset Opening = new(2021, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Close = Opening.AddDays(10);

    [Fact]
    public void Names_are_unique_and_can_be_names_of_forecasters()
    {
        Assert.Distinct(ConsensusMethods.All.Select(m => m.Name));
        Assert.All(ConsensusMethods.All, m => Assert.True(StreamKeys.IsSlug(m.Name) && StreamKeys.IsForecaster(m.Forecaster), m.Name));
        Assert.All(ConsensusMethods.All, m => Assert.Same(m, ConsensusMethods.OfForecaster(m.Forecaster)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Median")]
    [InlineData("consensus:median")]
    public void An_unknown_name_finds_nothing(string name) => Assert.Null(ConsensusMethods.Find(name));

    [Fact]
    public void The_document_has_a_row_for_each()
    {
        var rows = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "scoring.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToList();

        Assert.All(ConsensusMethods.All, m => Assert.Single(rows, r => r.StartsWith($"| `{m.Name}` |", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_consensus_of_one_forecast_is_that_forecast() =>
        RandomQuestions
            .Categorical(3, binary: false)
            .Sample(stated =>
                Assert.All(
                    ConsensusMethods.All,
                    method => Near(Probabilities(stated), Probabilities(Consensus(method, [stated]))) // at p = 0 and 1 the methods by odds clip
                )
            );

    [Fact]
    public void Identical_forecasts_are_never_drawn_towards_even_odds() =>
        (from p in Gen.Double[0.01, 0.99] from n in Gen.Int[2, 20] select (p, n)).Sample(x =>
            Assert.All(
                ConsensusMethods.All,
                method =>
                {
                    var said = Probabilities(Consensus(method, [.. Enumerable.Repeat(Prediction.Categorical.Binary(x.p), x.n)]))[0];
                    Assert.True((said - x.p) * (x.p - 0.5) >= -1e-12, $"{method} says {said} of {x.n} times {x.p}");
                }
            )
        );

    [Fact]
    public void A_consensus_is_a_forecast_that_could_be_stated_and_does_not_depend_on_names() =>
        RandomQuestions
            .Categorical(4, binary: false)
            .Array[1, 9]
            .Sample(crowd =>
                Assert.All(
                    ConsensusMethods.All,
                    method =>
                    {
                        var said = Probabilities(Consensus(method, crowd));
                        Assert.All(said, p => Assert.InRange(p, 0, 1));
                        Assert.Equal(1, said.Sum(), 1e-9);
                        // All were stated at one instant, so that age and name order them alike.
                        if (method is not RecencyWeighted)
                            Near(said, Probabilities(Consensus(method, [.. crowd.Reverse()])));
                    }
                )
            );

    [Fact]
    public void A_method_takes_one_file()
    {
        var method = Assert.Single(Registry.EntriesOf<ConsensusMethod>(typeof(TrimmedMean).Assembly));
        double Of(params double[] stated) => Probabilities(Consensus(method, [.. stated.Select(Prediction.Categorical.Binary)]))[0];

        Assert.Equal("consensus:trimmed-mean", method.Forecaster);
        Assert.Equal(0.55, Of(0.1, 0.5, 0.9, 0.6, 0.4, 0.5, 0.5, 0.5, 0.5, 1), 1e-12);
        Assert.Equal(0.2, Of(0.1, 0.3), 1e-12);
        Guides.IsTrue("adding-a-consensus-method.md", "Consensus/TrimmedMean.cs");
    }

    private static Prediction Consensus(ConsensusMethod method, Prediction[] crowd) =>
        ConsensusTimelines
            .Of(
                method,
                Opening,
                Close,
                [.. crowd.Select((p, i) => new ForecastTimeline($"f{i}", ForecasterKind.Person, [new ForecastStep(Opening, 0, p)]))],
                [],
                Close,
                null
            )
            .Single()
            .Prediction!;

    private static double[] Probabilities(Prediction prediction) => [.. ((Prediction.Categorical)prediction).Probabilities];

    private static void Near(double[] expected, double[] got) => Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
}
