using System.Runtime.InteropServices;
using Domain.Forecasts;
using Domain.People;

namespace Domain.Scoring;

/// <summary>
/// Every stretch of the window in which a forecast of some forecaster stood: forecaster after forecaster by name, each one's in the order of
/// time. That order is the same whatever order the forecasts arrived in.
/// </summary>
internal sealed class Stretches
{
    private Stretches(string[] forecasters, ForecasterKind[] kinds, int[] firsts, List<Stretch> all)
    {
        (Forecasters, Kinds, Firsts, _all) = (forecasters, kinds, firsts, all);
    }

    private readonly List<Stretch> _all;

    /// <summary>The names, in ordinal order.</summary>
    public string[] Forecasters { get; }

    public ForecasterKind[] Kinds { get; }

    /// <summary>Where each forecaster's stretches begin; one entry more than there are forecasters.</summary>
    public int[] Firsts { get; }

    public int Count => _all.Count;

    public ReadOnlySpan<Stretch> All => CollectionsMarshal.AsSpan(_all);

    public ReadOnlySpan<Stretch> Of(int forecaster) => All[Firsts[forecaster]..Firsts[forecaster + 1]];

    /// <param name="timelines">Timelines of different forecasters, in any order.</param>
    /// <param name="start">The window's start, in ticks.</param>
    /// <param name="end">Its end.</param>
    public static Stretches Within(IEnumerable<ForecastTimeline> timelines, long start, long end)
    {
        var ordered = timelines.ToArray();
        Array.Sort(ordered, (a, b) => string.CompareOrdinal(a.Forecaster, b.Forecaster));
        var all = new List<Stretch>(ordered.Sum(t => t.Steps.Count));
        var firsts = new int[ordered.Length + 1];
        var steps = new List<ForecastStep>();
        for (var f = 0; f < ordered.Length; f++)
        {
            firsts[f] = all.Count;
            var inOrder = true;
            steps.Clear();
            foreach (var step in ordered[f].Steps)
            {
                if (step.MadeAt.UtcTicks >= end) continue;
                if (steps.Count > 0 && Order(steps[^1], step) > 0) inOrder = false;
                steps.Add(step);
            }

            if (!inOrder) steps.Sort(Order);
            for (var i = 0; i < steps.Count; i++)
            {
                var step = steps[i];
                if (step.Prediction is null) continue;
                var made = step.MadeAt.UtcTicks;
                var to = i + 1 < steps.Count ? steps[i + 1].MadeAt.UtcTicks : end;
                if (step.ExpiresAt is { } expires && expires.UtcTicks < to) to = expires.UtcTicks;
                var from = Math.Max(made, start);
                if (to > from) all.Add(new Stretch(from, to, made, f, step.Prediction));
            }
        }

        firsts[^1] = all.Count;
        return new Stretches(Array.ConvertAll(ordered, t => t.Forecaster), Array.ConvertAll(ordered, t => t.Kind), firsts, all);
    }

    private static int Order(ForecastStep a, ForecastStep b)
    {
        var byTime = a.MadeAt.UtcTicks.CompareTo(b.MadeAt.UtcTicks);
        return byTime != 0 ? byTime : a.Sequence.CompareTo(b.Sequence);
    }
}

/// <summary>A stretch ⟨From, To) of the window, in ticks, in which one forecast of a forecaster stood.</summary>
/// <param name="MadeAt">When the forecast was made; before <paramref name="From"/> where that is the window's start.</param>
/// <param name="Forecaster">The forecaster's index.</param>
internal readonly record struct Stretch(long From, long To, long MadeAt, int Forecaster, Prediction Prediction);
