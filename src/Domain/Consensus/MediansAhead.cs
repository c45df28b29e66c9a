using Domain.Consensus.OrderStatistics;
using Domain.Crowds;
using Domain.Distributions;
using Domain.Questions;

namespace Domain.Consensus;

/// <summary>
/// The medians of a crowd's cumulative functions at every point of a grid, worked out ahead for a stretch of the crowd's changes: one point after the other,
/// through all of the stretch, so that what a point needs stays in the processor's nearest memory. At each instant they are of those alone who stand then.
/// </summary>
/// <param name="grid">The points.</param>
/// <param name="range">The question's range.</param>
/// <param name="members">The crowd.</param>
/// <param name="changes">How its members come and go.</param>
/// <param name="until">The first instant, in ticks, that is no longer read at these points.</param>
internal sealed class MediansAhead(CdfGrid grid, QuestionRange range, CrowdMembers members, CrowdChanges changes, long until)
{
    /// <summary>The fewest changes of a stretch, unless no more follow.</summary>
    private const int FewestChanges = 2_048;

    /// <summary>The most numbers that are kept for a stretch, of each of the two medians.</summary>
    private const int MostNumbers = 6_000_000;

    /// <summary>How many points are read of one function after the other.</summary>
    private const int PointsAtOnce = 16;

    private readonly StretchOfChanges _stretch = new(range, members, changes, until);
    private readonly double[] _reading = new double[PointsAtOnce + CdfGrid.Spare];
    private MediansOfPoint? _point;
    private double[] _values = [];
    private double[] _plain = [];
    private double[] _recent = [];
    private bool _hasPlain;
    private bool _hasRecent;

    /// <summary>Writes the median at each point.</summary>
    /// <param name="position">How many changes have been.</param>
    /// <param name="standing">Who stands after them.</param>
    /// <param name="into">Room for a number for each point.</param>
    public void Plain(int position, ForecastsByAge standing, Span<double> into)
    {
        if (!_stretch.Holds(position))
            GoOn(position, standing, plain: true, _hasRecent);
        else if (!_hasPlain)
            WorkOut(plain: true, recent: false);
        Read(_plain, position, into);
    }

    /// <summary>Writes the median weighted by recency at each point.</summary>
    /// <inheritdoc cref="Plain"/>
    public void Recent(int position, ForecastsByAge standing, Span<double> into)
    {
        if (!_stretch.Holds(position))
            GoOn(position, standing, _hasPlain, recent: true);
        else if (!_hasRecent)
            WorkOut(plain: false, recent: true);
        Read(_recent, position, into);
    }

    private void Read(double[] numbers, int position, Span<double> into)
    {
        var row = _stretch.RowAt(position);
        for (var c = 0; c < grid.Count; c++, row += _stretch.Rows)
            into[c] = numbers[row];
    }

    /// <summary>Takes the stretch that starts at a position, and works out what has been asked for so far.</summary>
    private void GoOn(int position, ForecastsByAge standing, bool plain, bool recent)
    {
        // Whoever stands at the start of a stretch costs as much as a change in it.
        _stretch.Take(position, standing, Math.Max(2 * standing.Count, FewestChanges), Math.Max(MostNumbers / grid.Count, 1));
        WorkOut(plain, recent);
    }

    private void WorkOut(bool plain, bool recent)
    {
        (_hasPlain, _hasRecent) = (_hasPlain | plain, _hasRecent | recent);
        var (count, rows) = (_stretch.Count, _stretch.Rows);
        MakeRoom(count, plain ? rows * grid.Count : 0, recent ? rows * grid.Count : 0);
        for (var from = 0; from < grid.Count; from += PointsAtOnce)
        {
            var to = Math.Min(from + PointsAtOnce, grid.Count);
            for (var i = 0; i < count; i++)
            {
                grid.Read(_stretch.PointsOf(i), _stretch.LevelsOf(i), from, to, _reading);
                for (var c = 0; c < to - from; c++)
                    _values[(c * count) + i] = _reading[c];
            }

            for (var c = from; c < to; c++)
            {
                _point!.Take(_values.AsSpan((c - from) * count, count));
                if (plain)
                    _point.Plain(_stretch, _plain.AsSpan(c * rows, rows));
                if (recent)
                    _point.Recent(_stretch, _recent.AsSpan(c * rows, rows));
            }
        }
    }

    private void MakeRoom(int forecasts, int plain, int recent)
    {
        if (_values.Length < forecasts * PointsAtOnce)
            _values = new double[forecasts * PointsAtOnce];
        if (_plain.Length < plain)
            _plain = new double[plain];
        if (_recent.Length < recent)
            _recent = new double[recent];
        if (_point is null || _point.Room < forecasts)
            _point = new MediansOfPoint(forecasts);
    }
}
