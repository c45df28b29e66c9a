using System.Diagnostics;

namespace Benchmarks.Service;

/// <summary>How long each of many calls took, by as many connections at once.</summary>
internal sealed record Latencies(int Calls, TimeSpan Elapsed, double[] SortedMilliseconds)
{
    public double PerSecond => Calls / Elapsed.TotalSeconds;

    public double P(double level) =>
        SortedMilliseconds.Length == 0 ? double.NaN : SortedMilliseconds[Math.Min(SortedMilliseconds.Length - 1, (int)(level * SortedMilliseconds.Length))];

    /// <summary>Runs one caller a connection until the time is over, after a time of warming up that does not count.</summary>
    /// <param name="callers">What each connection does, again and again.</param>
    /// <param name="warmUp">Not counted.</param>
    /// <param name="time">Counted.</param>
    public static async Task<Latencies> OfAsync(IReadOnlyList<Func<Task>> callers, TimeSpan warmUp, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var all = await Task.WhenAll(
            callers.Select(call =>
                Task.Run(async () =>
                {
                    while (clock.Elapsed < warmUp)
                        await call();
                    var taken = new List<double>(1 << 16);
                    while (clock.Elapsed < warmUp + time)
                    {
                        var begun = Stopwatch.GetTimestamp();
                        await call();
                        taken.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                    }

                    return taken;
                })
            )
        );
        var sorted = all.SelectMany(t => t).ToArray();
        Array.Sort(sorted);
        return new Latencies(sorted.Length, clock.Elapsed - warmUp, sorted);
    }
}
