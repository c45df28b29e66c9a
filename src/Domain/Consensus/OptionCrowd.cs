using Domain.Consensus.OrderStatistics;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>The statistics of a crowd that states probabilities of options, a column each.</summary>
internal sealed class OptionCrowd : RunningCrowd
{
    private readonly double[][] _columns;
    private readonly RunningMedian[] _medians;
    private readonly RecencyWeightedMedian[] _recent;
    private readonly ForecastsByAge _ages;
    private readonly double[][] _logOdds;
    private readonly CompensatedSum[] _sums;
    private readonly CompensatedSum[] _logOddsSums;
    private readonly CompensatedSum[] _skilled;

    /// <param name="columns">By column, the value of each forecast that ever stands.</param>
    /// <param name="members">How many those are.</param>
    /// <param name="skills">What each weighs by age and record.</param>
    public OptionCrowd(double[][] columns, int members, SkillWeights skills)
        : base(members, skills)
    {
        (_columns, _ages) = (columns, new ForecastsByAge(members));
        var weights = new RecencyWeights();
        var ranked = Array.ConvertAll(columns, c => new RankedValues(c));
        _medians = Array.ConvertAll(ranked, r => new RunningMedian(r));
        _recent = Array.ConvertAll(ranked, r => new RecencyWeightedMedian(r, _ages, weights));
        _logOdds = Array.ConvertAll(columns, c => Array.ConvertAll(c, LogOdds));
        (_sums, _logOddsSums, _skilled) = (new CompensatedSum[columns.Length], new CompensatedSum[columns.Length], new CompensatedSum[columns.Length]);
    }

    public override int Count => _ages.Count;

    private protected override IEnumerable<int> OldestFirst => _ages.OldestFirst();

    /// <summary>The two middle values of a column; equal where an odd number stands.</summary>
    public (double Lower, double Upper) MiddleOf(int column) => _medians[column].Middle;

    public override void Medians(Span<double> into)
    {
        for (var c = 0; c < into.Length; c++)
            into[c] = _medians[c].Value;
    }

    public override void Means(Span<double> into)
    {
        for (var c = 0; c < into.Length; c++)
            into[c] = _sums[c].Value / _ages.Count;
    }

    public override double MeanLogOddsOf(int column) => _logOddsSums[column].Value / _ages.Count;

    public override void RecencyWeightedMedians(Span<double> into)
    {
        for (var c = 0; c < into.Length; c++)
            into[c] = _recent[c].Value();
    }

    public override void SkillWeightedMeans(Span<double> into)
    {
        for (var c = 0; c < into.Length; c++)
            into[c] = _skilled[c].Value / Weight;
    }

    public override void RisingValuesOf(int column, Span<double> into) => _medians[column].CopyRising(into);

    public override void Add(int member, long instant)
    {
        _ages.AddNewest(member);
        for (var c = 0; c < _columns.Length; c++)
        {
            _sums[c].Add(_columns[c][member]);
            _logOddsSums[c].Add(_logOdds[c][member]);
            _medians[c].Add(member);
            _recent[c].Add(member);
        }

        Weigh(member, instant);
    }

    public override void Remove(int member)
    {
        for (var c = 0; c < _columns.Length; c++)
        {
            _sums[c].Add(-_columns[c][member]);
            _logOddsSums[c].Add(-_logOdds[c][member]);
            _medians[c].Remove(member);
            _recent[c].Remove(member);
        }

        _ages.Remove(member);
        Unweigh(member);
        if (_ages.Count > 0)
            return;
        Array.Clear(_sums);
        Array.Clear(_logOddsSums);
    }

    public override void Reweigh(int member, long instant) => Weigh(member, instant);

    private protected override void AddWeighed(int member, double factor)
    {
        for (var c = 0; c < _columns.Length; c++)
            _skilled[c].Add(factor * _columns[c][member]);
    }

    private protected override void ClearWeighed() => Array.Clear(_skilled);

    private static double LogOdds(double p)
    {
        var finite = p is 0 or 1 ? ClippedProbability.Of(p) : p;
        return Math.Log(finite / (1 - finite));
    }
}
