using Domain.Consensus;
using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.People;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.Tests.Consensus;

/// <summary>What is read of a crowd that states distributions, held against the definition at every point of the grid.</summary>
public sealed class DistributionCrowdTests
{
    private static readonly DateTimeOffset Opens = new(2023, 5, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Closes = Opens.AddDays(100);

    /// <summary>How the steps spread over forecasters, and how far apart the stated places lie.</summary>
    public static TheoryData<int, int, int> Crowds =>
        new()
        {
            { 3000, 40, 10_000 },
            { 3000, 700, 10_000 },
            { 1500, 1500, 10_000 },
            { 3000, 50, 8 },
            { 300, 30, 40 },
        };

    [Theory]
    [MemberData(nameof(Crowds))]
    public void Medians_of_a_long_history_are_to_the_bit_those_of_who_stands(int steps, int forecasters, int places)
    {
        var range = new QuestionRange(0, 100, OpenLower: true, OpenUpper: false);
        var (reads, disagreements) = (0, new List<string>());
        Follow(
            range,
            Some(range, steps, forecasters, places),
            every: Math.Max(steps / 60, 1),
            (reader, standing, instant) =>
            {
                reads++;
                var curves = standing.Select(p => new StatedDistribution(p, range)).ToArray();
                var reading = new double[reader.Columns];
                foreach (var (name, median) in new (string, Func<double[], double>)[] { ("median", Median), ("recency-weighted", RecencyWeighted) })
                {
                    reader.Read(ConsensusMethods.Find(name)!, reading);
                    var consensus = reader.Distribution(reading, instant);
                    for (var i = 0; i < consensus.Points.Length; i++)
                    {
                        var x = consensus.Points[i];
                        var isFirst = i + 1 < consensus.Points.Length && consensus.Points[i + 1] == x;
                        var expected = median([.. curves.Select(c => isFirst ? c.Before(x) : c.At(x))]);
                        if (expected != consensus.Levels[i])
                            disagreements.Add($"{name} at {x}, {curves.Length} standing: {expected:R}, is {consensus.Levels[i]:R}");
                    }
                }
            }
        );

        Assert.True(reads > 50, $"The crowd was read {reads} times.");
        Assert.Empty(disagreements);
    }

    [Fact]
    public void A_grid_reads_a_function_as_the_function_reads_itself()
    {
        var range = new QuestionRange(18_700, 18_773, OpenLower: false, OpenUpper: true);
        var grid = CdfGrid.Binned(range, OutcomeBins.Of(range, QuestionType.Numeric));
        var all = new double[grid.Count + CdfGrid.Spare];
        foreach (var forecast in Some(range, 400, 1, 146).Concat(Some(range, 400, 1, 10_000)).SelectMany(t => t.Steps).Select(s => s.Prediction))
        {
            var curve = new StatedDistribution((Prediction.Quantiles)forecast!, range);
            var read = new StatedDistribution(range, grid.Count);
            grid.Read(curve.Points, curve.Levels, 0, grid.Count, all);
            grid.State(all, 0, read);

            for (var i = 0; i < grid.Count; i++)
            {
                var x = read.Points[i];
                Assert.Equal(i + 1 < grid.Count && read.Points[i + 1] == x ? curve.Before(x) : curve.At(x), all[i]);
                var one = new double[1 + CdfGrid.Spare];
                grid.Read(curve.Points, curve.Levels, i, i + 1, one);
                Assert.Equal(all[i], one[0]);
            }
        }
    }

    private static void Follow(
        QuestionRange range,
        ForecastTimeline[] forecasts,
        int every,
        Action<CrowdReader, IReadOnlyList<Prediction.Quantiles>, long> seen
    )
    {
        var intervals = StandingIntervals.Within(forecasts, Opens.UtcTicks, Closes.UtcTicks);
        var transitions = StandingTransitions.Of(intervals.All, Closes.UtcTicks);
        var members = new CrowdMembers(intervals, transitions);
        var changes = members.Changes();
        var bins = OutcomeBins.Of(range, QuestionType.Numeric);
        var reader = CrowdReader.Of(members, range, bins, Opens.UtcTicks, Closes.UtcTicks, new SkillRecords(intervals.Forecasters, []));
        var standing = new List<int>();
        var (instant, instants) = (Opens.UtcTicks, 0);
        for (var c = 0; c < changes.Count; c++)
        {
            var member = changes.MemberOf(c);
            if (changes.Comes(c))
            {
                instant = members[member].From;
                reader.Add(member, instant);
                standing.Add(member);
            }
            else
            {
                instant = members[member].To;
                reader.Remove(member);
                standing.Remove(member);
            }

            if (changes.IsLastOfInstant(c) && standing.Count > 0 && instants++ % every == 0)
                seen(reader, [.. standing.Select(m => (Prediction.Quantiles)members[m].Prediction)], instant);
        }
    }

    private static ForecastTimeline[] Some(QuestionRange range, int steps, int forecasters, int places)
    {
        var random = new Random(steps + (7 * forecasters) + places);
        var timelines = Enumerable.Range(0, forecasters).Select(_ => new List<ForecastStep>()).ToArray();
        for (var i = 0; i < steps; i++)
        {
            var made = Opens.AddMinutes(random.Next(0, 100 * 24 * 60));
            var values = Enumerable.Range(0, 3).Select(_ => range.Min + ((range.Max - range.Min) * random.Next(0, places) / places)).Order();
            var stated = new Prediction.Quantiles([.. values.Zip([0.2, 0.5, 0.85], (v, l) => new Quantile(l, v))]);
            timelines[i % forecasters].Add(new ForecastStep(made, i, stated, i % 9 == 0 ? made.AddDays(10) : null));
        }

        return [.. timelines.Select((t, f) => new ForecastTimeline($"f{f:D4}", ForecasterKind.Person, t))];
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        var (lower, upper) = (values[(values.Length - 1) / 2], values[values.Length / 2]);
        return lower == upper ? lower : (lower + upper) / 2;
    }

    private static double RecencyWeighted(double[] oldestFirst)
    {
        if (oldestFirst.Length <= 2)
            return Median(oldestFirst);
        var ordered = oldestFirst
            .Select((v, i) => (Value: v, Weight: Math.Exp(Math.Sqrt(i + 1) - Math.Sqrt(oldestFirst.Length))))
            .OrderBy(x => x.Value)
            .ToArray();
        var (half, below) = (ordered.Sum(x => x.Weight) / 2, 0.0);
        return ordered.First(x => (below += x.Weight) > half).Value;
    }
}
