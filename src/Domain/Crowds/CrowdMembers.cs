using Domain.Forecasts.Timelines;

namespace Domain.Crowds;

/// <summary>
/// The standing intervals of a crowd, numbered in the order in which they begin, so that what is kept for each lies in memory in the order of its use.
/// </summary>
internal sealed class CrowdMembers
{
    private readonly StandingIntervals _intervals;
    private readonly StandingTransitions _changes;
    private readonly int[] _intervalOf;

    public CrowdMembers(StandingIntervals intervals, StandingTransitions changes)
    {
        (_intervals, _changes) = (intervals, changes);
        var counts = Array.ConvertAll(intervals.Kinds, Crowd.Counts);
        var members = new int[intervals.All.Length];
        var count = 0;
        for (var c = 0; c < changes.Count; c++)
        {
            if (changes.KindOf(c) != Transition.Ends && counts[changes.ForecasterOf(c)] && Crowd.Sees(intervals.All[changes.IntervalOf(c)]))
                members[count++] = changes.IntervalOf(c);
        }

        _intervalOf = count == members.Length ? members : members[..count];
    }

    public int Count => _intervalOf.Length;

    public ref readonly StandingInterval this[int member] => ref _intervals.All[_intervalOf[member]];

    /// <summary>The index of a member among all intervals, which does not depend on what else begins at the same instant.</summary>
    public int PlaceOf(int member) => _intervalOf[member];

    /// <summary>How the members come and go.</summary>
    public CrowdChanges Changes() => CrowdChanges.Of(_intervals, _changes);
}
