using Domain.Forecasts;
using Domain.Questions;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>
/// Reads a running crowd's consensus as a forecast: probabilities of options, renormalised to sum to 1, or a cumulative distribution function.
/// </summary>
/// <remarks>
/// Distributions are combined exactly until the crowd has stated more than can be read so; from that instant on they are read at the edges of
/// the 200 bins. The change depends only on what has been stated by then.
/// </remarks>
internal sealed class CrowdReader
{
    private readonly (CurveGrid? Grid, RunningCrowd Crowd) _first;
    private readonly (CurveGrid? Grid, RunningCrowd Crowd)? _then;
    private readonly long _thenFrom;
    private readonly Prediction.Quantiles[] _stated;
    private readonly SortedDictionary<double, int> _levels = [];
    private bool _isThen;

    private CrowdReader(
        (CurveGrid? Grid, RunningCrowd Crowd) first, (CurveGrid? Grid, RunningCrowd Crowd)? then, long thenFrom, int columns, Prediction.Quantiles[] stated) =>
        (_first, _then, _thenFrom, Columns, _stated) = (first, then, thenFrom, columns, stated);

    /// <summary>How many numbers make one reading at most; those that are not read are 0.</summary>
    public int Columns { get; }

    /// <summary>How many stand.</summary>
    public int Count => Now.Crowd.Count;

    public bool IsDistribution => _first.Grid is not null;

    private (CurveGrid? Grid, RunningCrowd Crowd) Now => _isThen ? _then!.Value : _first;

    /// <param name="members">The crowd's stretches.</param>
    /// <param name="range">The range of a numeric or date question, else null.</param>
    /// <param name="opensAt">The start of the scheduled lifetime, in ticks.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="skills">The forecasters' records.</param>
    public static CrowdReader Of(CrowdMembers members, QuestionRange? range, long opensAt, long closesAt, SkillRecords skills)
    {
        var crowd = new CrowdMember[members.Count];
        for (var i = 0; i < crowd.Length; i++) crowd[i] = new CrowdMember(members[i].MadeAt, members[i].Forecaster);
        if (range is null)
        {
            var options = members.Count == 0 ? 0 : ((Prediction.Categorical)members[0].Prediction).Probabilities.Length;
            // Of two options one says it all: every method treats a probability and what it leaves alike.
            var columns = new double[options == 2 ? 1 : options][];
            for (var c = 0; c < columns.Length; c++) columns[c] = new double[members.Count];
            for (var i = 0; i < members.Count; i++)
            {
                var probabilities = ((Prediction.Categorical)members[i].Prediction).Probabilities;
                for (var c = 0; c < columns.Length; c++) columns[c][i] = probabilities[c];
            }

            return new CrowdReader((null, new RunningCrowd(columns, crowd, skills, opensAt, closesAt, odds: true)), null, long.MaxValue, options, []);
        }

        var stated = new Prediction.Quantiles[members.Count];
        for (var i = 0; i < stated.Length; i++) stated[i] = (Prediction.Quantiles)members[i].Prediction;
        var curves = Array.ConvertAll(stated, s => new StatedDistribution(s, range));
        var exact = ExactPoints.Of(range, members, curves);
        var first = Crowd(CurveGrid.Of(range, exact.All()), i => members[i].From < exact.Until);
        var then = exact.Until < long.MaxValue ? Crowd(CurveGrid.Binned(range), _ => true) : ((CurveGrid?, RunningCrowd)?)null;
        return new CrowdReader(first, then, exact.Until, Math.Max(first.Item1!.Count, then?.Item1!.Count ?? 0), stated);

        (CurveGrid?, RunningCrowd) Crowd(CurveGrid grid, Func<int, bool> reads)
        {
            var columns = new double[grid.Count][];
            for (var c = 0; c < columns.Length; c++) columns[c] = new double[curves.Length];
            for (var i = 0; i < curves.Length; i++)
            {
                if (!reads(i)) continue;
                var read = grid.Read(curves[i]);
                for (var c = 0; c < columns.Length; c++) columns[c][i] = read[c];
            }

            return (grid, new RunningCrowd(columns, crowd, skills, opensAt, closesAt, odds: false));
        }
    }

    public bool Applies(ConsensusMethod method) => !IsDistribution || Crowd.AppliesToDistributions(method);

    /// <inheritdoc cref="RunningCrowd.Add"/>
    public void Add(int member, long instant)
    {
        _isThen |= instant >= _thenFrom;
        if (!_isThen) _first.Crowd.Add(member, instant);
        _then?.Crowd.Add(member, instant);
        if (!IsDistribution) return;
        foreach (var (level, _) in _stated[member].Points) _levels[level] = _levels.GetValueOrDefault(level) + 1;
    }

    /// <inheritdoc cref="RunningCrowd.Remove"/>
    public void Remove(int member)
    {
        if (!_isThen) _first.Crowd.Remove(member);
        _then?.Crowd.Remove(member);
        if (!IsDistribution) return;
        foreach (var (level, _) in _stated[member].Points)
        {
            if (--_levels[level] == 0) _levels.Remove(level);
        }
    }

    /// <inheritdoc cref="RunningCrowd.Reweigh"/>
    public void Reweigh(int member, long instant)
    {
        if (!_isThen) _first.Crowd.Reweigh(member, instant);
        _then?.Crowd.Reweigh(member, instant);
    }

    /// <inheritdoc cref="RunningCrowd.MiddleOf"/>
    public (double Lower, double Upper) MiddleOf(int column) => Now.Crowd.MiddleOf(column);

    /// <summary>The levels that any of the standing forecasts states, rising; none for options.</summary>
    public IReadOnlyList<double> Levels => [.. _levels.Keys];

    /// <summary>What a method says of those who stand; there must be somebody.</summary>
    public void Read(ConsensusMethod method, Span<double> into)
    {
        var (grid, crowd) = Now;
        if (grid is not null)
        {
            crowd.Read(method, into[..grid.Count]);
            into[grid.Count..].Clear();
            return;
        }

        if (into.Length == 2)
        {
            crowd.Read(method, into[..1]);
            into[1] = 1 - into[0];
            return;
        }

        crowd.Read(method, into);
        var sum = CompensatedSum.Of(into);
        for (var c = 0; c < into.Length; c++) into[c] = sum > 0 ? into[c] / sum : 1.0 / into.Length;
    }

    /// <summary>A reading as a distribution; until the next coming or going.</summary>
    public StatedDistribution Distribution(ReadOnlySpan<double> reading) => Now.Grid!.Curve(reading);

    /// <summary>A reading of an instant as a forecast; until the next coming or going.</summary>
    public Prediction Prediction(ReadOnlySpan<double> reading, long instant) =>
        Now.Grid is { } grid ? grid.Quantiles(reading, instant) : new Prediction.Categorical([.. reading]);
}
