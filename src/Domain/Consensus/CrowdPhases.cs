using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Consensus;

/// <summary>
/// A running crowd that states distributions, in phases: in each, cumulative functions are read at the same points of <see cref="CdfBreakpoints"/>. The instant
/// at which a phase begins depends only on what was stated by then.
/// </summary>
internal sealed class CrowdPhases
{
    private readonly QuestionRange _range;
    private readonly CrowdMembers _members;
    private readonly CrowdChanges _changes;
    private readonly SkillWeights _skills;
    private readonly IReadOnlyList<(long From, CdfGrid Grid)> _grids;
    private readonly bool[] _stands;
    private readonly StatedLevels _levels;
    private readonly StatedDistribution _distribution;
    private int _now;
    private int _position;
    private int _count;

    public CrowdPhases(QuestionRange range, OutcomeBins bins, CrowdMembers members, SkillWeights skills)
    {
        (_range, _members, _changes, _skills) = (range, members, members.Changes(), skills);
        _grids = CdfBreakpoints.Of(range, members).Grids(bins);
        (_stands, _levels) = (new bool[members.Count], new StatedLevels(members));
        Columns = _grids.Max(g => g.Grid.Count);
        _distribution = new StatedDistribution(range, Columns);
        Crowd = Make();
    }

    /// <summary>The crowd at the points that are read now.</summary>
    public RunningCrowd Crowd { get; private set; }

    /// <summary>The points that are read now.</summary>
    public CdfGrid Grid => _grids[_now].Grid;

    /// <summary>The most points that are read in any phase.</summary>
    public int Columns { get; }

    /// <summary>The levels strictly between 0 and 1 that any of the standing forecasts states, rising.</summary>
    public ReadOnlySpan<double> Levels => _levels.Standing;

    /// <inheritdoc cref="RunningCrowd.Add"/>
    public void Add(int member, long instant)
    {
        while (_now + 1 < _grids.Count && instant >= _grids[_now + 1].From)
            GoOn(instant);
        Crowd.Add(member, instant);
        Count(member, 1);
        _levels.Add(Stated(member));
    }

    /// <inheritdoc cref="RunningCrowd.Remove"/>
    public void Remove(int member)
    {
        Crowd.Remove(member);
        Count(member, -1);
        _levels.Remove(Stated(member));
    }

    /// <summary>A reading of an instant as a distribution; until the next one.</summary>
    public StatedDistribution Distribution(ReadOnlySpan<double> reading, long instant)
    {
        Grid.State(reading, instant, _distribution);
        return _distribution;
    }

    private Prediction.Quantiles Stated(int member) => (Prediction.Quantiles)_members[member].Prediction;

    private void Count(int member, int by)
    {
        _position++;
        _count += by;
        _stands[member] = by > 0;
    }

    /// <summary>Begins the next phase with the forecasts that stand, in the order in which they began to stand.</summary>
    private void GoOn(long instant)
    {
        _now++;
        Crowd = Make();
        for (var member = 0; member < _stands.Length; member++)
        {
            if (_stands[member])
                Crowd.Add(member, instant);
        }
    }

    private DistributionCrowd Make()
    {
        var until = _now + 1 < _grids.Count ? _grids[_now + 1].From : long.MaxValue;
        // Those who stand already are added once more, which is no change.
        return new DistributionCrowd(Grid, _range, _members, _changes, _position - _count, until, _skills);
    }
}
