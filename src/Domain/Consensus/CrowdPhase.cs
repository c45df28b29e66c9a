using Domain.Crowds;
using Domain.Distributions;
using Domain.TrackRecords;

namespace Domain.Consensus;

/// <summary>An interval in which the cumulative functions of a crowd are read at the same points, with the forecasts that stand in it. It is filled on first
/// use.</summary>
internal sealed class CrowdPhase
{
    private readonly Func<RunningCrowd> _make;
    private readonly int[] _places;
    private readonly int _first;
    private RunningCrowd? _crowd;

    private CrowdPhase(long from, CdfGrid? grid, int first, int[] places, Func<RunningCrowd> make) =>
        (From, Grid, _first, _places, _make) = (from, grid, first, places, make);

    /// <summary>The first instant of the interval, in ticks.</summary>
    public long From { get; }

    /// <summary>The points at which distributions are read; null for options.</summary>
    public CdfGrid? Grid { get; }

    public RunningCrowd Crowd => _crowd ??= _make();

    /// <summary>The index of a member in <see cref="Crowd"/>.</summary>
    public int PlaceOf(int member) => Grid is null ? member : _places[member - _first];

    /// <summary>The one phase of a crowd that states probabilities of options.</summary>
    public static CrowdPhase Of(RunningCrowd crowd) => new(long.MinValue, null, 0, [], () => crowd);

    /// <summary>The phase of the members that stand in ⟨from, until) or cease to stand in it.</summary>
    public static CrowdPhase Of(
        long from,
        long until,
        CdfGrid grid,
        CrowdMembers members,
        StatedDistribution[] curves,
        SkillRecords skills,
        long opensAt,
        long closesAt
    )
    {
        var standing = new List<int>();
        for (var i = 0; i < members.Count; i++)
        {
            if (members[i].From < until && members[i].To >= from)
                standing.Add(i);
        }

        var first = standing.Count == 0 ? 0 : standing[0];
        var places = new int[standing.Count == 0 ? 0 : standing[^1] - first + 1];
        for (var place = 0; place < standing.Count; place++)
            places[standing[place] - first] = place;
        return new CrowdPhase(from, grid, first, places, Make);

        RunningCrowd Make()
        {
            var columns = new double[grid.Count][];
            for (var c = 0; c < columns.Length; c++)
                columns[c] = new double[standing.Count];
            var crowd = new CrowdMember[standing.Count];
            for (var place = 0; place < crowd.Length; place++)
            {
                crowd[place] = new CrowdMember(members[standing[place]].MadeAt, members[standing[place]].Forecaster);
                var read = grid.Read(curves[standing[place]]);
                for (var c = 0; c < columns.Length; c++)
                    columns[c][place] = read[c];
            }

            return new RunningCrowd(columns, crowd, skills, opensAt, closesAt, odds: false);
        }
    }
}
