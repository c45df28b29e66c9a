using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>
/// The statistics of a crowd's standing forecasts, kept up to date while forecasts come and go. There is a column for each option or, for distributions, for
/// each point at which their cumulative functions are read. The cost of a change does not grow with the number of forecasts that stand.
/// </summary>
internal abstract class RunningCrowd
{
    private readonly SkillWeights _skills;
    private readonly double[] _weights;
    private CompensatedSum _weight;
    private double _heaviest;

    /// <param name="members">How many forecasts ever stand.</param>
    /// <param name="skills">What each weighs by age and record.</param>
    private protected RunningCrowd(int members, SkillWeights skills) => (_skills, _weights) = (skills, new double[members]);

    /// <summary>How many forecasts stand.</summary>
    public abstract int Count { get; }

    /// <summary>The sum of the weights by age and record.</summary>
    private protected double Weight => _weight.Value;

    /// <summary>The forecasts that stand, the oldest first.</summary>
    private protected abstract IEnumerable<int> OldestFirst { get; }

    /// <summary>Writes the median of each column; the midpoint of the middle two of an even number.</summary>
    public abstract void Medians(Span<double> into);

    /// <summary>Writes the mean of each column.</summary>
    public abstract void Means(Span<double> into);

    /// <summary>
    /// The mean of ln(p/(1 − p)) over a column of options' probabilities, with exact 0 and 1 as the clipped p. Points of distributions have none.
    /// </summary>
    public abstract double MeanLogOddsOf(int column);

    /// <summary>Writes the median of each column under the weights e^{√i − √n}, i the rank by age from the oldest; equal weights for n ≤ 2.</summary>
    public abstract void RecencyWeightedMedians(Span<double> into);

    /// <summary>Writes the mean of each column under the weights by age and record; see <see cref="Methods.SkillWeighted"/>.</summary>
    public abstract void SkillWeightedMeans(Span<double> into);

    /// <summary>Writes the standing values of a column from the least to the greatest. The cost grows with their number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="into">Room for <see cref="Count"/> values.</param>
    public abstract void RisingValuesOf(int column, Span<double> into);

    /// <summary>Adds a forecast that begins to stand. Of forecasts that begin at one instant, the older one is added first.</summary>
    public abstract void Add(int member, long instant);

    /// <summary>Removes a forecast that no longer stands.</summary>
    public abstract void Remove(int member);

    /// <summary>Weighs a standing forecast again, after the record of its forecaster changed.</summary>
    public abstract void Reweigh(int member, long instant);

    /// <summary>Adds a forecast's values, times a factor, to the sums by weight.</summary>
    private protected abstract void AddWeighed(int member, double factor);

    /// <summary>Sets the sums by weight to 0.</summary>
    private protected abstract void ClearWeighed();

    /// <summary>Gives a forecast the weight that it has at an instant.</summary>
    private protected void Weigh(int member, long instant) => Give(member, _skills.Of(member, instant));

    /// <summary>Takes a forecast's weight away.</summary>
    private protected void Unweigh(int member) => Give(member, weight: 0);

    private void Give(int member, double weight)
    {
        var change = weight - _weights[member];
        _weights[member] = weight;
        _heaviest = Math.Max(_heaviest, weight);
        _weight.Add(change);
        AddWeighed(member, change);
        // When the heaviest forecasts have gone, the rounding errors that they left would distort the sums of the light ones.
        if (change < 0 && _weight.Value < _heaviest * 1e-3)
            WeighAgain();
    }

    private void WeighAgain()
    {
        (_weight, _heaviest) = (default, 0);
        ClearWeighed();
        foreach (var member in OldestFirst)
        {
            _heaviest = Math.Max(_heaviest, _weights[member]);
            _weight.Add(_weights[member]);
            AddWeighed(member, _weights[member]);
        }
    }
}
