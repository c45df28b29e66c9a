using CsCheck;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Scoring;

/// <summary>
/// A question of ten days that ends early only by coming out yes: on which day with what chance is known to everybody. A strategy says what to
/// state on each day as long as nothing has happened.
/// </summary>
public sealed class EarlyResolutionTests
{
    private const int Days = 10;
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("baseline")]
    [InlineData("peer")]
    public void Stating_80_percent_at_first_and_the_truth_later_gains_nothing(string key)
    {
        // 20 % in all, the same on each day: at first the honest number is 20 %, and it falls as the days pass.
        var chances = Enumerable.Repeat(0.02, Days).ToArray();
        var honest = Honest(chances);
        Assert.Equal(0.2, honest[0], 1e-12);

        for (var hold = 1; hold <= Days; hold++)
        {
            var gaming = honest.Select((p, day) => day < hold ? 0.8 : p).ToArray();
            Assert.True(
                Expected(chances, honest, key) > Expected(chances, gaming, key) + 1,
                $"Held for {hold} days: {Expected(chances, honest, key)} honest, {Expected(chances, gaming, key)} not."
            );
        }
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("peer")]
    public void No_strategy_gains_whatever_the_chances_of_an_early_end(string key) =>
        (from weights in Gen.Double[0.01, 1].Array[Days + 1] from stated in Gen.Double[0.001, 0.999].Array[Days] select (weights, stated)).Sample(
            x =>
            {
                var chances = x.weights[..Days].Select(w => w / x.weights.Sum()).ToArray();
                Assert.True(Expected(chances, Honest(chances), key) >= Expected(chances, x.stated, key) - 1e-9);
            },
            iter: 100
        );

    /// <summary>The reason for the scheduled denominator: an average over the time until the end pays for an early yes with the whole score.</summary>
    [Fact]
    public void An_average_over_the_actual_time_alone_could_be_gamed()
    {
        // All of the 20 % lies in the first day.
        double[] chances = [0.2, .. new double[Days - 1]];
        var honest = Honest(chances);
        double[] gaming = [0.8, .. honest[1..]];

        Assert.True(Expected(chances, gaming, "brier.timeAveraged") < Expected(chances, honest, "brier.timeAveraged"));
        Assert.True(Expected(chances, gaming, "baseline") < Expected(chances, honest, "baseline"));
    }

    /// <summary>What is expected of the baseline of one who states a number for some days and the truth after them, where each day has 2 %.</summary>
    internal static double ExpectedBaselineOfHolding(double stated, int days)
    {
        var chances = Enumerable.Repeat(0.02, Days).ToArray();
        return Expected(chances, [.. Honest(chances).Select((p, day) => day < days ? stated : p)], "baseline");
    }

    /// <summary>On each day the chance that it still comes out yes, given that it has not yet; stated as no less than what is clipped anyway.</summary>
    private static double[] Honest(double[] chances) =>
        [.. Enumerable.Range(0, Days).Select(day => Math.Max(0.001, chances[day..].Sum() / (1 - chances[..day].Sum())))];

    private static double Expected(double[] chances, double[] stated, string key)
    {
        var no = (1 - chances.Sum()) * Score(stated, Days, 1, key);
        // What happens on a day is known at its end.
        return no + chances.Select((chance, day) => chance == 0 ? 0 : chance * Score(stated, day + 1, 0, key)).Sum();
    }

    private static double Score(double[] stated, int known, int outcome, string key) =>
        QuestionScoring
            .Score(
                RuleSet.Current,
                new ScoringInput(
                    new ResolvedQuestion(
                        "q",
                        QuestionType.Binary,
                        2,
                        null,
                        Opening,
                        Opening.AddDays(Days),
                        Opening.AddDays(known),
                        null,
                        new OutcomeValue.Option(outcome),
                        null
                    ),
                    [
                        new ForecastTimeline(
                            "a",
                            ForecasterKind.Person,
                            [.. stated.Select((p, day) => new ForecastStep(Opening.AddDays(day), day, Prediction.Categorical.Binary(p)))]
                        ),
                        new ForecastTimeline("b", ForecasterKind.Person, [new ForecastStep(Opening, 0, Prediction.Categorical.Binary(0.3))]),
                    ],
                    [],
                    []
                )
            )
            .Single(r => r.Forecaster == "a")
            .Scores[key]!.Value;
}
