using Domain.Statistics;

namespace Domain.Forecasts.Timelines;

/// <summary>
/// The instants at which standing forecasts change, in order, with what begins and what ends at each. A revision is one transition: the beginning of the new
/// interval, which ends the one before.
/// </summary>
internal sealed class StandingTransitions
{
    private readonly long[] _instants;
    private readonly int[] _changes;
    private readonly int[] _forecasters;

    private StandingTransitions(long[] instants, int[] changes, int[] forecasters) => (_instants, _changes, _forecasters) = (instants, changes, forecasters);

    public int Count => _instants.Length;

    public long At(int index) => _instants[index];

    /// <summary>The interval that begins, or that ends with nothing following.</summary>
    public int IntervalOf(int index) => _changes[index] >> 2;

    /// <summary>Whose it is.</summary>
    public int ForecasterOf(int index) => _forecasters[index];

    public Transition KindOf(int index) => (Transition)(_changes[index] & 3);

    /// <summary>Every change before <paramref name="end"/>. What stands at the end of the window is not ended by it.</summary>
    public static StandingTransitions Of(ReadOnlySpan<StandingInterval> intervals, long end)
    {
        var count = 0;
        for (var i = 0; i < intervals.Length; i++)
            count += IsFollowed(intervals, i) || intervals[i].To >= end ? 1 : 2;
        var (instants, changes) = (new long[count], new int[count]);
        var at = 0;
        for (var i = 0; i < intervals.Length; i++)
        {
            (instants[at], changes[at]) = (
                intervals[i].From,
                (i << 2) | (int)(i > 0 && IsFollowed(intervals, i - 1) ? Transition.Replaces : Transition.Begins)
            );
            at++;
            if (IsFollowed(intervals, i) || intervals[i].To >= end)
                continue;
            (instants[at], changes[at]) = (intervals[i].To, (i << 2) | (int)Transition.Ends);
            at++;
        }

        RadixSort.Sort(instants, changes);
        for (var from = 0; from < count; )
        {
            var to = from + 1;
            while (to < count && instants[to] == instants[from])
                to++;
            // At the start of the window all earlier forecasts begin to stand. The older one comes first.
            if (to - from > 1)
                SortTies(changes.AsSpan(from, to - from), intervals);
            from = to;
        }

        var forecasters = new int[count];
        for (var i = 0; i < count; i++)
            forecasters[i] = intervals[changes[i] >> 2].Forecaster;
        return new StandingTransitions(instants, changes, forecasters);
    }

    private static bool IsFollowed(ReadOnlySpan<StandingInterval> intervals, int i) =>
        i + 1 < intervals.Length && intervals[i + 1].Forecaster == intervals[i].Forecaster && intervals[i + 1].From == intervals[i].To;

    private static void SortTies(Span<int> changes, ReadOnlySpan<StandingInterval> intervals)
    {
        var made = new long[changes.Length];
        var sorted = true;
        for (var i = 0; i < changes.Length; i++)
        {
            made[i] = intervals[changes[i] >> 2].MadeAt;
            sorted &= i == 0 || made[i] >= made[i - 1];
        }

        if (sorted)
            return;
        // By age, then by the present order. The keys are unique, so that the sort has one result.
        var keys = new (long MadeAt, int Change)[changes.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = (made[i], changes[i]);
        Array.Sort(keys);
        for (var i = 0; i < keys.Length; i++)
            changes[i] = keys[i].Change;
    }
}

/// <summary>What happens to a forecaster's standing forecast.</summary>
internal enum Transition
{
    /// <summary>An interval begins where nothing stood.</summary>
    Begins = 0,

    /// <summary>An interval begins and ends the forecaster's one before.</summary>
    Replaces = 1,

    /// <summary>An interval ends and nothing stands any more.</summary>
    Ends = 2,
}
