using Domain.Consensus.OrderStatistics;
using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>The statistics of a crowd that states distributions, a column for each point of a grid at which their cumulative functions are read.</summary>
internal sealed class DistributionCrowd : RunningCrowd
{
    private readonly CdfGrid _grid;
    private readonly CrowdMembers _members;
    private readonly ForecastsByAge _ages;
    private readonly MediansAhead _medians;
    private readonly CompensatedSums _sums;
    private readonly CompensatedSums _skilled;
    private readonly StatedDistribution _stated;
    private readonly double[] _row;
    private int _rowOf = -1;
    private int _position;

    /// <param name="grid">The points.</param>
    /// <param name="range">The question's range.</param>
    /// <param name="members">The forecasts that ever stand.</param>
    /// <param name="changes">How they come and go.</param>
    /// <param name="position">How many of those changes come before what is added here.</param>
    /// <param name="until">The first instant, in ticks, at which this crowd is no longer read.</param>
    /// <param name="skills">What each weighs by age and record.</param>
    public DistributionCrowd(CdfGrid grid, QuestionRange range, CrowdMembers members, CrowdChanges changes, int position, long until, SkillWeights skills)
        : base(members.Count, skills)
    {
        (_grid, _members, _position, _ages) = (grid, members, position, new ForecastsByAge(members.Count));
        _medians = new MediansAhead(grid, range, members, changes, until);
        (_sums, _skilled) = (new CompensatedSums(grid.Count), new CompensatedSums(grid.Count));
        (_stated, _row) = (new StatedDistribution(range, points: 8), new double[grid.Count + CdfGrid.Spare]);
    }

    public override int Count => _ages.Count;

    private protected override IEnumerable<int> OldestFirst => _ages.OldestFirst();

    public override void Medians(Span<double> into) => _medians.Plain(_position, _ages, into);

    public override void Means(Span<double> into) => _sums.Divide(_ages.Count, into);

    public override double MeanLogOddsOf(int column) => throw new InvalidOperationException("The points of a distribution have no odds.");

    public override void RecencyWeightedMedians(Span<double> into) => _medians.Recent(_position, _ages, into);

    public override void SkillWeightedMeans(Span<double> into) => _skilled.Divide(Weight, into);

    public override void RisingValuesOf(int column, Span<double> into)
    {
        var (count, reading) = (0, new double[1 + CdfGrid.Spare]);
        foreach (var member in _ages.OldestFirst())
        {
            _stated.State((Prediction.Quantiles)_members[member].Prediction);
            _grid.Read(_stated.Points, _stated.Levels, column, column + 1, reading);
            into[count++] = reading[0];
        }

        into[..count].Sort();
    }

    public override void Add(int member, long instant)
    {
        _position++;
        _ages.AddNewest(member);
        _sums.Add(1, RowOf(member));
        Weigh(member, instant);
    }

    public override void Remove(int member)
    {
        _position++;
        _sums.Add(-1, RowOf(member));
        _ages.Remove(member);
        Unweigh(member);
        if (_ages.Count == 0)
            _sums.Clear();
    }

    public override void Reweigh(int member, long instant) => Weigh(member, instant);

    private protected override void AddWeighed(int member, double factor) => _skilled.Add(factor, RowOf(member));

    private protected override void ClearWeighed() => _skilled.Clear();

    private ReadOnlySpan<double> RowOf(int member)
    {
        if (member != _rowOf)
        {
            _rowOf = member;
            _stated.State((Prediction.Quantiles)_members[member].Prediction);
            _grid.Read(_stated.Points, _stated.Levels, 0, _grid.Count, _row);
        }

        return _row.AsSpan(0, _grid.Count);
    }
}
