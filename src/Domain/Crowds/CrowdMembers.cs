using Domain.Forecasts.Timelines;

namespace Domain.Crowds;

/// <summary>
/// The intervals that make up a crowd, numbered in the order in which they begin to stand: what is kept for each of them lies in the order in
/// which it is asked for.
/// </summary>
internal sealed class CrowdMembers
{
    private readonly StandingIntervals _intervals;
    private readonly int[] _intervalOf;

    public CrowdMembers(StandingIntervals intervals, StandingTransitions changes)
    {
        _intervals = intervals;
        var counts = Array.ConvertAll(intervals.Kinds, Crowd.Counts);
        var members = new int[intervals.All.Length];
        var count = 0;
        for (var c = 0; c < changes.Count; c++)
        {
            if (changes.KindOf(c) != Transition.Ends && counts[changes.ForecasterOf(c)])
                members[count++] = changes.IntervalOf(c);
        }

        _intervalOf = count == members.Length ? members : members[..count];
    }

    public int Count => _intervalOf.Length;

    public ref readonly StandingInterval this[int member] => ref _intervals.All[_intervalOf[member]];

    /// <summary>The member's place among all intervals, which does not depend on what begins together with it.</summary>
    public int PlaceOf(int member) => _intervalOf[member];
}
