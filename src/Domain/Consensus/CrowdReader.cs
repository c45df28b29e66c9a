using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;
using Domain.TrackRecords;

namespace Domain.Consensus;

/// <summary>
/// Reads a running crowd's consensus as a forecast: probabilities of options, renormalised to sum to 1, or a cumulative distribution function.
/// </summary>
/// <remarks>
/// Distributions are read at the points of <see cref="CdfBreakpoints"/>, in phases. The instant at which a phase begins depends only on what was stated by
/// then.
/// </remarks>
internal sealed class CrowdReader
{
    private readonly CrowdPhase[] _phases;
    private readonly Prediction.Quantiles[] _stated;
    private readonly bool[] _stands;
    private readonly StatedLevels _levels;
    private RunningCrowd _crowd;
    private int _now;

    private CrowdReader(CrowdPhase[] phases, int columns, Prediction.Quantiles[] stated)
    {
        (_phases, Columns, _stated, _stands, _levels) = (phases, columns, stated, new bool[stated.Length], new StatedLevels(stated));
        (_crowd, IsDistribution) = (phases[0].Crowd, phases[0].Grid is not null);
    }

    /// <summary>The most numbers of one reading; those that are not read are 0.</summary>
    public int Columns { get; }

    /// <summary>How many forecasts stand.</summary>
    public int Count => _crowd.Count;

    public bool IsDistribution { get; }

    private CrowdPhase Now => _phases[_now];

    /// <param name="members">The forecasts of the crowd.</param>
    /// <param name="range">The range of a numeric or date question, else null.</param>
    /// <param name="bins">Its bins, else null.</param>
    /// <param name="opensAt">The start of the scheduled lifetime, in ticks.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="skills">The forecasters' records.</param>
    public static CrowdReader Of(CrowdMembers members, QuestionRange? range, OutcomeBins? bins, long opensAt, long closesAt, SkillRecords skills)
    {
        if (range is null || bins is null)
        {
            var crowd = new CrowdMember[members.Count];
            for (var i = 0; i < crowd.Length; i++)
                crowd[i] = new CrowdMember(members[i].MadeAt, members[i].Forecaster);
            var options = members.Count == 0 ? 0 : ((Prediction.Categorical)members[0].Prediction).Probabilities.Length;
            // One of two options is enough: every method treats a probability and its complement alike.
            var columns = new double[options == 2 ? 1 : options][];
            for (var c = 0; c < columns.Length; c++)
                columns[c] = new double[members.Count];
            for (var i = 0; i < members.Count; i++)
            {
                var probabilities = ((Prediction.Categorical)members[i].Prediction).Probabilities;
                for (var c = 0; c < columns.Length; c++)
                    columns[c][i] = probabilities[c];
            }

            return new CrowdReader([CrowdPhase.Of(new RunningCrowd(columns, crowd, skills, opensAt, closesAt, odds: true))], options, []);
        }

        var stated = new Prediction.Quantiles[members.Count];
        for (var i = 0; i < stated.Length; i++)
            stated[i] = (Prediction.Quantiles)members[i].Prediction;
        var curves = Array.ConvertAll(stated, s => new StatedDistribution(s, range));
        var grids = CdfBreakpoints.Of(range, members, curves).Grids(bins);
        var phases = grids.Select(
            (g, i) => CrowdPhase.Of(g.From, i + 1 < grids.Count ? grids[i + 1].From : long.MaxValue, g.Grid, members, curves, skills, opensAt, closesAt)
        );
        return new CrowdReader([.. phases], grids.Max(g => g.Grid.Count), stated);
    }

    /// <summary>Whether a method can be read off this crowd.</summary>
    public bool Applies(ConsensusMethod method) => !IsDistribution || method.AppliesToDistributions;

    /// <inheritdoc cref="RunningCrowd.Add"/>
    public void Add(int member, long instant)
    {
        if (!IsDistribution)
        {
            _crowd.Add(member, instant);
            return;
        }

        while (_now + 1 < _phases.Length && instant >= _phases[_now + 1].From)
            GoOn(instant);
        _stands[member] = true;
        _levels.Add(_stated[member]);
        _crowd.Add(Now.PlaceOf(member), instant);
    }

    /// <inheritdoc cref="RunningCrowd.Remove"/>
    public void Remove(int member)
    {
        _crowd.Remove(Now.PlaceOf(member));
        if (!IsDistribution)
            return;
        _stands[member] = false;
        _levels.Remove(_stated[member]);
    }

    /// <inheritdoc cref="RunningCrowd.Reweigh"/>
    public void Reweigh(int member, long instant) => _crowd.Reweigh(Now.PlaceOf(member), instant);

    /// <inheritdoc cref="RunningCrowd.MiddleOf"/>
    public (double Lower, double Upper) MiddleOf(int column) => _crowd.MiddleOf(column);

    /// <summary>The levels strictly between 0 and 1 that any of the standing forecasts states, rising; none for options.</summary>
    public ReadOnlySpan<double> Levels => _levels.Standing;

    /// <summary>What a method says of those who stand; there must be somebody.</summary>
    public void Read(ConsensusMethod method, Span<double> into)
    {
        if (IsDistribution)
        {
            var grid = Now.Grid!;
            method.Read(_crowd, into[..grid.Count]);
            into[grid.Count..].Clear();
            return;
        }

        if (into.Length == 2)
        {
            method.Read(_crowd, into[..1]);
            into[1] = 1 - into[0];
            return;
        }

        method.Read(_crowd, into);
        var sum = CompensatedSum.Of(into);
        for (var c = 0; c < into.Length; c++)
            into[c] = sum > 0 ? into[c] / sum : 1.0 / into.Length;
    }

    /// <summary>A reading of an instant as a distribution; until the next coming or going.</summary>
    public StatedDistribution Distribution(ReadOnlySpan<double> reading, long instant) => Now.Grid!.Curve(reading, instant);

    /// <summary>A reading of an instant as a forecast; until the next coming or going.</summary>
    public Prediction Prediction(ReadOnlySpan<double> reading, long instant) =>
        Now.Grid is { } grid ? grid.Quantiles(reading, instant) : new Prediction.Categorical([.. reading]);

    /// <summary>Begins the next phase with the forecasts that stand, in the order in which they began to stand.</summary>
    private void GoOn(long instant)
    {
        _now++;
        _crowd = Now.Crowd;
        for (var member = 0; member < _stands.Length; member++)
        {
            if (_stands[member])
                _crowd.Add(Now.PlaceOf(member), instant);
        }
    }
}
