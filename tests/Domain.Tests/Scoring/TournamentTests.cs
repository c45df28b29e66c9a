using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;

namespace Domain.Tests.Scoring;

/// <summary>
/// Tournaments exchange cumulative functions of 201 points, one at each edge of the 200 bins, with the spot at the close. Baseline, peer and CRPS of such
/// questions follow from the points by hand.
/// </summary>
public sealed class TournamentTests
{
    private const int Bots = 7;
    private static readonly DateTimeOffset Opening = new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 200, false, false, 87.25)]
    [InlineData(-3.7, 12.1, true, false, 2.3803)]
    [InlineData(0.001, 0.093, false, true, 0.2)]
    [InlineData(1e6, 9.9e6, true, true, 8.07e6)]
    [InlineData(-40, 60, true, true, -55)]
    public void Scores_follow_from_the_points_by_hand(double min, double max, bool openLower, bool openUpper, double outcome)
    {
        var range = new QuestionRange(min, max, openLower, openUpper);
        var x = Enumerable.Range(0, 201).Select(i => (double)((decimal)min + (i * ((decimal)max - (decimal)min) / 200))).ToArray();
        var functions = Enumerable.Range(0, Bots).Select(b => Function(b, openLower, openUpper)).ToArray();
        var rows = Score(
            range,
            outcome,
            Opening.AddDays(10),
            [.. functions.Select((f, b) => (b, f.Zip(x, (level, value) => new Quantile(level, value)).ToArray()))]
        );

        // The bin whose upper edge is the first at or above the outcome; 0 is below the range, 201 above it.
        var bin =
            outcome < min ? 0
            : outcome > max ? 201
            : Math.Max(1, Array.FindIndex(x, edge => (decimal)edge >= (decimal)outcome));
        double P(double[] f) =>
            Math.Max(
                bin == 0 ? f[0]
                    : bin == 201 ? 1 - f[200]
                    : f[bin] - f[bin - 1],
                1e-5
            );
        var reference = bin is 0 or 201 ? 0.05 : (1 - (0.05 * ((openLower ? 1 : 0) + (openUpper ? 1 : 0)))) / 200;
        var mean = functions.Average(f => Math.Log(P(f)));
        for (var b = 0; b < Bots; b++)
        {
            var row = rows[$"bot-{b}"];
            // From the day on which each came, one after the other; the last to come leaves the rest of ten days to all.
            Near(50 * Math.Log(P(functions[b]) / reference), row.Scores["spotBaseline"]);
            Near(50 * Math.Log(P(functions[b]) / reference) * (10 - b) / 10, row.Scores["baseline"]);
            Near(50.0 * Bots / (Bots - 1) * (Math.Log(P(functions[b])) - mean), row.Scores["spotPeer"]);
            Near(Enumerable.Range(b, 10 - b).Sum(day => PeerOn(day)) / 10, row.Scores["peer"]);
            Near(Crps(x, functions[b], outcome), row.Scores["crps.final"], max - min);

            double PeerOn(int day)
            {
                var standing = functions.Take(Math.Min(day + 1, Bots)).ToList();
                return standing.Count < 2
                    ? 0
                    : 50.0 * standing.Count / (standing.Count - 1) * (Math.Log(P(functions[b])) - standing.Average(f => Math.Log(P(f))));
            }
        }

        // The mean of functions that all bend at the same points is the mean of their points; so is, at the edges of bins, their median.
        var means = Enumerable.Range(0, 201).Select(i => functions.Average(f => f[i])).ToArray();
        var medians = Enumerable.Range(0, 201).Select(i => functions.Select(f => f[i]).Order().ElementAt(Bots / 2)).ToArray();
        Near(50 * Math.Log(P(means) / reference), rows["consensus:mean"].Scores["spotBaseline"]);
        Near(50 * Math.Log(P(medians) / reference), rows["consensus:median"].Scores["spotBaseline"]);
        Near(Crps(x, means, outcome), rows["consensus:mean"].Scores["crps.final"], max - min);
    }

    [Fact]
    public void Two_functions_of_a_thousand_points_are_combined_to_within_a_bin()
    {
        var range = new QuestionRange(0, 100, false, false);
        Quantile[] Points(double power) => [.. Enumerable.Range(0, 1000).Select(i => new Quantile(Math.Pow(i / 999.0, power), i / 9.99))];
        double Median(double x) => (Math.Pow(x / 100, 0.5) + Math.Pow(x / 100, 2)) / 2;

        var rows = Score(range, 31, Opening.AddDays(10), [(0, Points(0.5)), (1, Points(2))]);
        var integral =
            Enumerable.Range(0, 1_000_000).Sum(i => (i + 0.5) / 10_000 is var x && x >= 31 ? Math.Pow(1 - Median(x), 2) : Math.Pow(Median(x), 2)) / 10_000;

        Assert.Equal(integral, rows["consensus:median"].Scores["crps.final"]!.Value, 1e-3);
        Assert.Equal(50 * Math.Log((Median(31) - Median(30.5)) / 0.005), rows["consensus:median"].Scores["spotBaseline"]!.Value, 0.05);
    }

    /// <summary>Levels of a bot's function at 201 points, with something left at open ends and a flat stretch.</summary>
    private static double[] Function(int bot, bool openLower, bool openUpper)
    {
        var middle = 60 + (bot * 13);
        var raw = Enumerable.Range(0, 201).Select(i => i is > 150 and < 160 ? 151 : i).Select(i => 1 / (1 + Math.Exp((middle - i) / (4.0 + bot)))).ToArray();
        var (first, last) = (raw[0], raw[200]);
        var (from, to) = (openLower ? 0.01 + (bot / 500.0) : 0, openUpper ? 0.97 - (bot / 300.0) : 1);
        return [.. raw.Select(f => Math.Clamp(from + ((to - from) * (f - first) / (last - first)), 0, 1))];
    }

    /// <summary>∫(F − 1{x ≥ y})² of straight pieces: a third of the length times a² + ab + b².</summary>
    private static double Crps(double[] x, double[] f, double outcome)
    {
        var y = Math.Clamp(outcome, x[0], x[^1]);
        double sum = 0;
        for (var i = 1; i < x.Length; i++)
        {
            var at = f[i - 1] + ((f[i] - f[i - 1]) * Math.Clamp((y - x[i - 1]) / (x[i] - x[i - 1]), 0, 1));
            var (below, above) = (Math.Clamp(y, x[i - 1], x[i]) - x[i - 1], x[i] - Math.Clamp(y, x[i - 1], x[i]));
            sum += below * ((f[i - 1] * f[i - 1]) + (f[i - 1] * at) + (at * at)) / 3;
            sum += above * (((1 - at) * (1 - at)) + ((1 - at) * (1 - f[i])) + ((1 - f[i]) * (1 - f[i]))) / 3;
        }

        return sum;
    }

    private static Dictionary<string, ScoreRow> Score(QuestionRange range, double outcome, DateTimeOffset spot, (int Day, Quantile[] Points)[] said) =>
        QuestionScoring
            .Score(
                RuleSet.Current,
                new ScoringInput(
                    new ResolvedQuestion(
                        "q",
                        QuestionType.Numeric,
                        0,
                        range,
                        Opening,
                        Opening.AddDays(10),
                        Opening.AddDays(12),
                        spot,
                        new OutcomeValue.Point(outcome),
                        null
                    ),
                    [
                        .. said.Select(s => new ForecastTimeline(
                            $"bot-{s.Day}",
                            ForecasterKind.Bot,
                            [new ForecastStep(Opening.AddDays(s.Day), 0, new Prediction.Quantiles([.. s.Points]))]
                        )),
                    ],
                    [],
                    []
                )
            )
            .ToDictionary(r => r.Forecaster);

    private static void Near(double expected, double? got, double unit = 1) => Assert.Equal(expected, Assert.NotNull(got), 1e-9 * Math.Max(unit, 1));
}
