using Domain.Forecasts.Timelines;

namespace Domain.Crowds;

/// <summary>How the members of a crowd come and go, one change after the other; a revision is two, a going and a coming.</summary>
internal sealed class CrowdChanges
{
    private readonly int[] _members;
    private readonly ulong[] _last;

    private CrowdChanges(int[] members, ulong[] last) => (_members, _last) = (members, last);

    public int Count => _members.Length;

    public static CrowdChanges Of(StandingIntervals intervals, StandingTransitions transitions)
    {
        var counts = Array.ConvertAll(intervals.Kinds, Crowd.Counts);
        var count = 0;
        for (var t = 0; t < transitions.Count; t++)
        {
            if (counts[transitions.ForecasterOf(t)])
                count += (Goes(t) ? 1 : 0) + (Comes(t) ? 1 : 0);
        }

        var (members, last, standing) = (new int[count], new ulong[(count + 63) >> 6], new int[intervals.Forecasters.Length]);
        var (at, next, instant) = (0, 0, long.MinValue);
        for (var t = 0; t < transitions.Count; t++)
        {
            var forecaster = transitions.ForecasterOf(t);
            var (goes, comes) = (Goes(t), Comes(t));
            if (!counts[forecaster] || !(goes || comes))
                continue;
            if (at > 0 && transitions.At(t) != instant)
                MarkLast();
            instant = transitions.At(t);
            if (goes)
                members[at++] = ~standing[forecaster];
            if (comes)
                members[at++] = standing[forecaster] = next++;
        }

        if (at > 0)
            MarkLast();
        return new CrowdChanges(members, last);

        bool Comes(int t) => transitions.KindOf(t) != Transition.Ends && Crowd.Sees(intervals.All[transitions.IntervalOf(t)]);

        bool Goes(int t) =>
            transitions.KindOf(t) switch
            {
                Transition.Begins => false,
                Transition.Replaces => Crowd.Sees(intervals.All[transitions.IntervalOf(t) - 1]),
                _ => Crowd.Sees(intervals.All[transitions.IntervalOf(t)]),
            };

        void MarkLast() => last[(at - 1) >> 6] |= 1UL << ((at - 1) & 63);
    }

    /// <summary>Whether the member of a change comes; else it goes.</summary>
    public bool Comes(int change) => _members[change] >= 0;

    /// <summary>Who comes or goes.</summary>
    public int MemberOf(int change) => _members[change] >= 0 ? _members[change] : ~_members[change];

    /// <summary>Whether a change is the last of its instant, after which the crowd is read.</summary>
    public bool IsLastOfInstant(int change) => (_last[change >> 6] >> (change & 63) & 1) == 1;
}
