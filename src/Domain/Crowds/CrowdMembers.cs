using Domain.Forecasts.Timelines;

namespace Domain.Crowds;

/// <summary>
/// The stretches that make up a crowd, numbered in the order in which they begin to stand: what is kept for each of them lies in the order in
/// which it is asked for.
/// </summary>
internal sealed class CrowdMembers
{
    private readonly StandingIntervals _stretches;
    private readonly int[] _stretchOf;

    public CrowdMembers(StandingIntervals stretches, StandingTransitions changes)
    {
        _stretches = stretches;
        var counts = Array.ConvertAll(stretches.Kinds, Crowd.Counts);
        var members = new int[stretches.All.Length];
        var count = 0;
        for (var c = 0; c < changes.Count; c++)
        {
            if (changes.KindOf(c) != Transition.Ends && counts[changes.ForecasterOf(c)])
                members[count++] = changes.StretchOf(c);
        }

        _stretchOf = count == members.Length ? members : members[..count];
    }

    public int Count => _stretchOf.Length;

    public ref readonly StandingInterval this[int member] => ref _stretches.All[_stretchOf[member]];

    /// <summary>The member's place among all stretches, which does not depend on what begins together with it.</summary>
    public int PlaceOf(int member) => _stretchOf[member];
}
