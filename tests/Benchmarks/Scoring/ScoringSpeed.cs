using System.Diagnostics;
using System.Globalization;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.TrackRecords;

namespace Benchmarks.Scoring;

/// <summary>
/// How many forecasts a second one core scores on one question, everything on: every rule and score of every forecaster, six consensus
/// methods and the references. <c>scoring [--most STEPS] [--only WORDS]</c>.
/// </summary>
public static class ScoringSpeed
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>A way in which steps spread over forecasters.</summary>
    private sealed record Regime(string What, QuestionType Type, int MostSteps, Func<int, int> Forecasters, bool AnyProbability = false);

    private static readonly Regime[] Regimes =
    [
        new("yes or no, ten steps a forecaster", QuestionType.Binary, int.MaxValue, n => n / 10),
        new("yes or no, one step a forecaster", QuestionType.Binary, int.MaxValue, n => n),
        new("yes or no, a hundred forecasters", QuestionType.Binary, int.MaxValue, _ => 100),
        new("yes or no, any probability, a hundred forecasters", QuestionType.Binary, int.MaxValue, _ => 100, AnyProbability: true),
        new("yes or no, any probability, ten steps a forecaster", QuestionType.Binary, int.MaxValue, n => n / 10, AnyProbability: true),
        new("yes or no, any probability, one step a forecaster", QuestionType.Binary, int.MaxValue, n => n, AnyProbability: true),
        new("five options, ten steps a forecaster", QuestionType.MultipleChoice, int.MaxValue, n => n / 10),
        new("five options, one step a forecaster", QuestionType.MultipleChoice, int.MaxValue, n => n),
        new("five options, a hundred forecasters", QuestionType.MultipleChoice, int.MaxValue, _ => 100),
        new("a number by five quantiles, ten steps a forecaster", QuestionType.Numeric, int.MaxValue, n => n / 10),
        new("a number by five quantiles, one step a forecaster", QuestionType.Numeric, 100_000, n => n),
        new("a number by five quantiles, a hundred forecasters", QuestionType.Numeric, int.MaxValue, _ => 100),
        new("a date by five quantiles, ten steps a forecaster", QuestionType.Date, 100_000, n => n / 10),
    ];

    public static Task<int> RunAsync(string[] args)
    {
        var (most, only) = (Sizes[^1], "");
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 < args.Length && args[i] == "--only")
                only = args[i + 1];
            else if (
                i + 1 == args.Length
                || args[i] != "--most"
                || !int.TryParse(args[i + 1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out most)
            )
            {
                Console.Error.WriteLine("The options are --most STEPS, the largest size to measure, and --only WORDS, which what is measured must contain.");
                return Task.FromResult(2);
            }
        }

        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;
        Console.WriteLine(
            "One question over a year, times at random; the process held to one core, garbage collection included. Each line is the fastest of its runs."
        );
        Console.WriteLine();
        Console.WriteLine("| question | steps | forecasters | forecasts a second | ns a step | allocated bytes a step | ns a step, against 10,000 steps |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var regime in Regimes.Where(r => r.What.Contains(only, StringComparison.Ordinal)))
        {
            Measure(Make(regime, 1_000));
            var atTenThousand = double.NaN;
            foreach (var size in Sizes.Where(s => s <= most && s <= regime.MostSteps))
            {
                var input = Make(regime, size);
                var (nanoseconds, allocated) = Measure(input);
                if (size == 10_000)
                    atTenThousand = nanoseconds / size;
                var ratio = size <= 10_000 ? "" : (nanoseconds / size / atTenThousand).ToString("F2", CultureInfo.InvariantCulture);
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {regime.What} | {size:N0} | {input.Forecasts.Count:N0} | {size / nanoseconds * 1e9:N0} | {nanoseconds / size:N0} | "
                            + $"{allocated / (double)size:N0} | {ratio} |"
                    )
                );
            }
        }

        return Task.FromResult(0);
    }

    /// <summary>The processor time of the fastest run, which a busy machine does not lengthen, and what a run allocates.</summary>
    private static (double Nanoseconds, long Allocated) Measure(ScoringInput input)
    {
        var (best, allocated) = (double.MaxValue, 0L);
        var all = Stopwatch.StartNew();
        for (var run = 0; run == 0 || (run < 40 && all.Elapsed < TimeSpan.FromSeconds(8)); run++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            var (before, from) = (GC.GetTotalAllocatedBytes(precise: true), process.TotalProcessorTime);
            var watch = Stopwatch.StartNew();
            // Small questions are scored several times over, so that the clock's steps do not show.
            var times = Math.Max(1, 20_000 / input.Forecasts.Sum(f => f.Steps.Count));
            for (var i = 0; i < times; i++)
                GC.KeepAlive(QuestionScoring.Score(RuleSet.Current, input));
            watch.Stop();
            process.Refresh();
            var spent = Math.Min((process.TotalProcessorTime - from).TotalNanoseconds, watch.Elapsed.TotalNanoseconds);
            allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / times;
            best = Math.Min(best, spent / times);
        }

        return (best, allocated);
    }

    private static ScoringInput Make(Regime regime, int steps)
    {
        var random = new Random(steps);
        var forecasters = Math.Min(regime.Forecasters(steps), steps);
        var timelines = new List<ForecastStep>[forecasters];
        for (var f = 0; f < forecasters; f++)
            timelines[f] = [];
        for (var i = 0; i < steps; i++)
        {
            var made = Opening.AddSeconds(random.NextDouble() * 366 * 86_400);
            timelines[i % forecasters].Add(new ForecastStep(made, i, Some(regime, random)));
        }

        var range = LowerEndOf(regime.Type) is { } lower ? new QuestionRange(lower, lower + 100, false, true) : null;
        return new ScoringInput(
            new ResolvedQuestion(
                "measured",
                regime.Type,
                regime.Type switch
                {
                    QuestionType.Binary => 2,
                    QuestionType.Numeric or QuestionType.Date => 0,
                    _ => 5,
                },
                range,
                Opening,
                Opening.AddDays(366),
                Opening.AddDays(300),
                null,
                range is null ? new OutcomeValue.Option(0) : new OutcomeValue.Point(range.Min + 37.3),
                range is null ? new OutcomeValue.Option(1) : null
            ),
            [.. timelines.Select((t, f) => new ForecastTimeline(string.Create(CultureInfo.InvariantCulture, $"analyst-{f:D7}"), ForecasterKind.Person, t))],
            [.. Enumerable.Range(0, 20).Select(i => new EarlierOutcome(Opening.AddDays((i * 20) - 100), i % 2, 2))],
            [
                .. Enumerable
                    .Range(0, forecasters)
                    .Select(f => new EarlierScore(
                        string.Create(CultureInfo.InvariantCulture, $"analyst-{f:D7}"),
                        Opening.AddDays(-10),
                        random.Next(-20, 60),
                        0.8
                    )),
            ]
        );
    }

    /// <summary>The lower end of a question's range; null where it has options.</summary>
    private static double? LowerEndOf(QuestionType type) =>
        type switch
        {
            QuestionType.Numeric => 0,
            QuestionType.Date => 19_700,
            _ => null,
        };

    private static Prediction Some(Regime regime, Random random)
    {
        switch (regime.Type)
        {
            case QuestionType.Binary:
                return Prediction.Categorical.Binary(regime.AnyProbability ? random.NextDouble() : random.Next(1, 100) / 100.0);
            case QuestionType.Numeric or QuestionType.Date:
                var places = Enumerable.Range(0, 5).Select(_ => LowerEndOf(regime.Type)!.Value + (random.NextDouble() * 100)).Order().ToArray();
                return new Prediction.Quantiles([.. new[] { 0.1, 0.25, 0.5, 0.75, 0.9 }.Zip(places, (l, v) => new Quantile(l, v))]);
            default:
                var weights = Enumerable.Range(0, 5).Select(_ => random.Next(1, 100)).ToArray();
                return new Prediction.Categorical([.. weights.Select(w => w / (double)weights.Sum())]);
        }
    }
}
