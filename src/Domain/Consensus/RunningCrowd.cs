using Domain.Consensus.OrderStatistics;
using Domain.Crowds;
using Domain.Statistics;
using Domain.TrackRecords;

namespace Domain.Consensus;

/// <summary>
/// The statistics of a crowd's standing forecasts, kept up to date while forecasts come and go. There is a column for each option or, for distributions, for
/// each point at which their cumulative functions are read. The cost of a change does not grow with the number of forecasts that stand.
/// </summary>
internal sealed class RunningCrowd
{
    private readonly double[][] _columns;
    private readonly CrowdMember[] _members;
    private readonly SkillRecords _skills;
    private readonly long _opensAt;
    private readonly double _lifetime;
    private readonly bool _odds;
    private readonly RunningMedian[] _medians;
    private readonly RecencyWeightedMedian[] _recent;
    private readonly ForecastsByAge _ages;
    private readonly double[][] _logOdds;
    private readonly CompensatedSum[] _sums;
    private readonly CompensatedSum[] _logOddsSums;
    private readonly CompensatedSum[] _skilled;
    private readonly double[] _weights;
    private CompensatedSum _weight;
    private double _heaviest;

    /// <param name="columns">By column, the value of each forecast that ever stands.</param>
    /// <param name="members">The forecasts, in the same order.</param>
    /// <param name="skills">How the forecasters did on earlier questions.</param>
    /// <param name="opensAt">The start of the scheduled lifetime, in ticks.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="odds">Whether the columns are probabilities of options, which have odds.</param>
    public RunningCrowd(double[][] columns, CrowdMember[] members, SkillRecords skills, long opensAt, long closesAt, bool odds)
    {
        (_columns, _members, _skills, _opensAt, _lifetime, _odds) = (columns, members, skills, opensAt, closesAt - opensAt, odds);
        _ages = new ForecastsByAge(members.Length);
        var weights = new RecencyWeights();
        var ranked = Array.ConvertAll(columns, c => new RankedValues(c));
        _medians = Array.ConvertAll(ranked, r => new RunningMedian(r));
        _recent = Array.ConvertAll(ranked, r => new RecencyWeightedMedian(r, _ages, weights));
        _logOdds = odds ? Array.ConvertAll(columns, c => Array.ConvertAll(c, LogOdds)) : [];
        (_sums, _logOddsSums, _skilled) = (new CompensatedSum[columns.Length], new CompensatedSum[columns.Length], new CompensatedSum[columns.Length]);
        _weights = new double[members.Length];
    }

    /// <summary>How many forecasts stand.</summary>
    public int Count => _ages.Count;

    /// <summary>The two middle values of a column; equal where an odd number stands.</summary>
    public (double Lower, double Upper) MiddleOf(int column) => _medians[column].Middle;

    /// <summary>The median of a column; the midpoint of the middle two of an even number.</summary>
    public double MedianOf(int column) => _medians[column].Value;

    /// <summary>The mean of a column.</summary>
    public double MeanOf(int column) => _sums[column].Value / _ages.Count;

    /// <summary>The mean of ln(p/(1 − p)) over a column of options' probabilities, with exact 0 and 1 as the clipped p. Points of distributions have
    /// none.</summary>
    public double MeanLogOddsOf(int column) => _logOddsSums[column].Value / _ages.Count;

    /// <summary>The median of a column under the weights e^{√i − √n}, i the rank by age from the oldest; equal weights for n ≤ 2.</summary>
    public double RecencyWeightedMedianOf(int column) => _recent[column].Value();

    /// <summary>The mean of a column under the weights by age and record; see <see cref="Methods.SkillWeighted"/>.</summary>
    public double SkillWeightedMeanOf(int column) => _skilled[column].Value / _weight.Value;

    /// <summary>Writes the standing values of a column from the least to the greatest. The cost grows with their number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="into">Room for <see cref="Count"/> values.</param>
    public void RisingValuesOf(int column, Span<double> into) => _medians[column].CopyRising(into);

    /// <summary>Adds a forecast that begins to stand. Of forecasts that begin at one instant, the older one is added first.</summary>
    public void Add(int member, long instant)
    {
        _ages.AddNewest(member);
        for (var c = 0; c < _columns.Length; c++)
        {
            _sums[c].Add(_columns[c][member]);
            if (_odds)
                _logOddsSums[c].Add(_logOdds[c][member]);
            _medians[c].Add(member);
            _recent[c].Add(member);
        }

        Weigh(member, SkillWeight(member, instant));
    }

    /// <summary>Removes a forecast that no longer stands.</summary>
    public void Remove(int member)
    {
        for (var c = 0; c < _columns.Length; c++)
        {
            _sums[c].Add(-_columns[c][member]);
            if (_odds)
                _logOddsSums[c].Add(-_logOdds[c][member]);
            _medians[c].Remove(member);
            _recent[c].Remove(member);
        }

        _ages.Remove(member);
        Weigh(member, 0);
        if (_ages.Count > 0)
            return;
        Array.Clear(_sums);
        Array.Clear(_logOddsSums);
    }

    /// <summary>Weighs a standing forecast again, after the record of its forecaster changed.</summary>
    public void Reweigh(int member, long instant) => Weigh(member, SkillWeight(member, instant));

    /// <summary>
    /// (e^{−age/(2·lifetime)}·r^½)⁶ without the factor e^{−3·(instant − opensAt)/lifetime}, which is the same for all forecasts. A weight then changes only
    /// with the record, not with time.
    /// </summary>
    private double SkillWeight(int member, long instant)
    {
        var (madeAt, forecaster) = _members[member];
        var skill = _skills.At(forecaster, instant);
        // The exponent is bounded, since the weights of forecasts made long before the opening would all be 0. They still weigh nothing beside later ones.
        return Math.Exp(Math.Max(3 * (madeAt - _opensAt) / _lifetime, -600)) * (skill * skill * skill);
    }

    private void Weigh(int member, double weight)
    {
        var change = weight - _weights[member];
        _weights[member] = weight;
        _heaviest = Math.Max(_heaviest, weight);
        _weight.Add(change);
        for (var c = 0; c < _columns.Length; c++)
            _skilled[c].Add(change * _columns[c][member]);
        // When the heaviest forecasts have gone, the rounding errors that they left would distort the sums of the light ones.
        if (change < 0 && _weight.Value < _heaviest * 1e-3)
            WeighAgain();
    }

    private void WeighAgain()
    {
        (_weight, _heaviest) = (default, 0);
        Array.Clear(_skilled);
        foreach (var member in _ages.OldestFirst())
        {
            _heaviest = Math.Max(_heaviest, _weights[member]);
            _weight.Add(_weights[member]);
            for (var c = 0; c < _columns.Length; c++)
                _skilled[c].Add(_weights[member] * _columns[c][member]);
        }
    }

    private static double LogOdds(double p)
    {
        var finite = p is 0 or 1 ? ClippedProbability.Of(p) : p;
        return Math.Log(finite / (1 - finite));
    }
}
