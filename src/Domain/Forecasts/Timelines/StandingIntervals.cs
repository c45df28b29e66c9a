using System.Runtime.InteropServices;
using Domain.Forecasts;
using Domain.People;

namespace Domain.Forecasts.Timelines;

/// <summary>
/// Every interval of a window in which a forecast of some forecaster stood: forecaster after forecaster by name, each one's in the order of time. That order is
/// the same whatever order the forecasts arrived in.
/// </summary>
/// <remarks>
/// A forecast holds from the instant it was made until it is revised, withdrawn or expires. Of two made at one instant the later event holds. One made before
/// the window holds from its start; one made at its end or later never counts.
/// </remarks>
public sealed class StandingIntervals
{
    private const int FewLate = 16;

    private readonly StandingInterval[] _all;
    private readonly int _count;

    private StandingIntervals(string[] forecasters, ForecasterKind[] kinds, StandingInterval[] all, int count) =>
        (Forecasters, Kinds, _all, _count) = (forecasters, kinds, all, count);

    /// <summary>The names, in ordinal order.</summary>
    public string[] Forecasters { get; }

    /// <summary>The kinds of the forecasters, in the same order.</summary>
    public ForecasterKind[] Kinds { get; }

    /// <summary>The intervals.</summary>
    public ReadOnlySpan<StandingInterval> All => _all.AsSpan(0, _count);

    /// <summary>The intervals of one forecaster.</summary>
    /// <param name="steps">The forecaster's steps, in any order.</param>
    /// <param name="start">The window's start.</param>
    /// <param name="end">Its end, which is not in it.</param>
    /// <param name="unrevealed">What a seal counts for that has not been revealed; null where nothing stands then.</param>
    // The name does not matter here: all intervals are of one forecaster.
    public static IReadOnlyList<StandingInterval> OfForecaster(
        IReadOnlyList<ForecastStep> steps,
        DateTimeOffset start,
        DateTimeOffset end,
        Prediction? unrevealed = null
    ) => Within([new ForecastTimeline("", default, steps)], start.UtcTicks, end.UtcTicks, unrevealed).All.ToArray();

    /// <summary>The intervals of several forecasters.</summary>
    /// <param name="timelines">Timelines of different forecasters, in any order.</param>
    /// <param name="start">The window's start, in UTC ticks.</param>
    /// <param name="end">Its end, in UTC ticks, which is not in it.</param>
    /// <param name="unrevealed">What a seal counts for that has not been revealed; null where nothing stands then.</param>
    /// <exception cref="ArgumentException">A forecaster has two timelines.</exception>
    public static StandingIntervals Within(IEnumerable<ForecastTimeline> timelines, long start, long end, Prediction? unrevealed = null)
    {
        var ordered = Ordered(timelines);
        var (count, longest) = (0, 0);
        foreach (var timeline in ordered)
            (count, longest) = (count + timeline.Steps.Count, Math.Max(longest, timeline.Steps.Count));
        var all = new StandingInterval[count];
        var order = new StepOrder(longest);
        count = 0;
        for (var f = 0; f < ordered.Length; f++)
        {
            var steps = Span(ordered[f].Steps);
            order.Take(steps, end);
            var places = order.Places;
            var instants = order.Instants;
            for (var i = 0; i < places.Length; i++)
            {
                ref readonly var step = ref steps[places[i]];
                if (step.Prediction is null)
                    continue;
                var to = i + 1 < instants.Length ? instants[i + 1] : end;
                if (step.ExpiresAt is { } expires && expires.UtcTicks < to)
                    to = expires.UtcTicks;
                var from = Math.Max(instants[i], start);
                if (to <= from)
                    continue;
                if (step.Prediction is Prediction.Sealed sealedStep)
                    count = AddSealed(ref all, count, new StandingInterval(from, to, instants[i], f, step.Prediction), sealedStep, unrevealed);
                else
                    all[count++] = new StandingInterval(from, to, instants[i], f, step.Prediction);
            }
        }

        return new StandingIntervals(Array.ConvertAll(ordered, t => t.Forecaster), Array.ConvertAll(ordered, t => t.Kind), all, count);
    }

    /// <summary>The intervals in which what was stated was there for everybody to see, without those in which it stood as a seal.</summary>
    public StandingIntervals Open()
    {
        var open = Array.FindAll(_all[.._count], i => i.Seal == SealState.Open);
        return new StandingIntervals(Forecasters, Kinds, open, open.Length);
    }

    /// <summary>
    /// Adds what a sealed forecast stood for, in two intervals where it was revealed while it stood: for the crowd it is as new as its revelation.
    /// </summary>
    private static int AddSealed(ref StandingInterval[] all, int count, in StandingInterval whole, Prediction.Sealed stated, Prediction? unrevealed)
    {
        if (stated.Revealed is not { } revealed)
        {
            if (unrevealed is not null)
                all[count++] = whole with { Prediction = unrevealed, Seal = SealState.Unrevealed };
            return count;
        }

        var open = Math.Clamp(stated.RevealedAt?.UtcTicks ?? long.MaxValue, whole.From, whole.To);
        // There is room for an interval a step.
        if (open > whole.From && open < whole.To)
            Array.Resize(ref all, all.Length + 1);
        if (open > whole.From)
            all[count++] = whole with { To = open, Prediction = revealed, Seal = SealState.Revealed };
        if (open < whole.To)
            all[count++] = whole with { From = open, MadeAt = open, Prediction = revealed };
        return count;
    }

    /// <summary>The timelines by forecaster. They mostly come so, but for a few: only those are then put into their places.</summary>
    private static ForecastTimeline[] Ordered(IEnumerable<ForecastTimeline> timelines)
    {
        var byName = Comparer<ForecastTimeline>.Create((a, b) => string.CompareOrdinal(a.Forecaster, b.Forecaster));
        var (ordered, late) = (new List<ForecastTimeline>(), new List<ForecastTimeline>());
        foreach (var timeline in timelines)
        {
            if (ordered.Count == 0 || byName.Compare(ordered[^1], timeline) < 0)
                ordered.Add(timeline);
            else
                late.Add(timeline);
        }

        if (late.Count > FewLate)
        {
            ordered.AddRange(late);
            ordered.Sort(byName);
            late.Clear();
        }

        foreach (var timeline in late)
        {
            var place = ordered.BinarySearch(timeline, byName);
            ordered.Insert(place < 0 ? ~place : place, timeline);
        }

        for (var i = 1; i < ordered.Count; i++)
        {
            if (ordered[i - 1].Forecaster == ordered[i].Forecaster)
                throw new ArgumentException("Each forecaster has one timeline.", nameof(timelines));
        }

        return [.. ordered];
    }

    private static ReadOnlySpan<ForecastStep> Span(IReadOnlyList<ForecastStep> steps) =>
        steps switch
        {
            ForecastStep[] array => array,
            List<ForecastStep> list => CollectionsMarshal.AsSpan(list),
            _ => steps.ToArray(),
        };

    /// <summary>Puts a forecaster's steps in order, by time and then by sequence; for one forecaster after the other.</summary>
    private sealed class StepOrder(int longest)
    {
        private readonly long[] _instants = new long[longest];
        private readonly int[] _places = new int[longest];
        private int _count;

        /// <summary>Where the steps taken last lay, in order.</summary>
        public ReadOnlySpan<int> Places => _places.AsSpan(0, _count);

        /// <summary>When they were made, in ticks.</summary>
        public ReadOnlySpan<long> Instants => _instants.AsSpan(0, _count);

        /// <summary>Takes the steps made before an instant.</summary>
        public void Take(ReadOnlySpan<ForecastStep> steps, long end)
        {
            var (count, inOrder, anyTie) = (0, true, false);
            for (var i = 0; i < steps.Length; i++)
            {
                var made = steps[i].MadeAt.UtcTicks;
                if (made >= end)
                    continue;
                if (count > 0)
                {
                    inOrder &= _instants[count - 1] <= made;
                    anyTie |= _instants[count - 1] == made;
                }

                (_instants[count], _places[count]) = (made, i);
                count++;
            }

            _count = count;
            if (!inOrder)
                _instants.AsSpan(0, count).Sort(_places.AsSpan(0, count));
            if (!inOrder || anyTie)
                SortTies(steps);
        }

        private void SortTies(ReadOnlySpan<ForecastStep> steps)
        {
            var instants = _instants.AsSpan(0, _count);
            var places = _places.AsSpan(0, _count);
            for (var from = 0; from < instants.Length; )
            {
                var to = from + 1;
                while (to < instants.Length && instants[to] == instants[from])
                    to++;
                if (to - from > 1)
                {
                    var sequences = new long[to - from];
                    for (var i = from; i < to; i++)
                        sequences[i - from] = steps[places[i]].Sequence;
                    sequences.AsSpan().Sort(places[from..to]);
                }

                from = to;
            }
        }
    }
}

/// <summary>An interval ⟨From, To) of a window in which one forecast of a forecaster stood.</summary>
/// <param name="From">Its start, in UTC ticks.</param>
/// <param name="To">Its end, in UTC ticks, which is not in it.</param>
/// <param name="MadeAt">When the forecast was made, in UTC ticks; before <paramref name="From"/> where that is the window's start.</param>
/// <param name="Forecaster">The forecaster's place among <see cref="StandingIntervals.Forecasters"/>.</param>
/// <param name="Prediction">What was forecast.</param>
/// <param name="Seal">Whether it stood as a seal.</param>
public readonly record struct StandingInterval(long From, long To, long MadeAt, int Forecaster, Prediction Prediction, SealState Seal = SealState.Open);

/// <summary>Whether a forecast stood as a seal, so that it was in no crowd.</summary>
public enum SealState : byte
{
    /// <summary>It was there for everybody to see.</summary>
    Open = 0,

    /// <summary>It was sealed then, and is revealed by now.</summary>
    Revealed = 1,

    /// <summary>It was sealed, and has not been revealed.</summary>
    Unrevealed = 2,
}
