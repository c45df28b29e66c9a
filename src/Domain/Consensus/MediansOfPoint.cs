using Domain.Consensus.OrderStatistics;
using Domain.Statistics;

namespace Domain.Consensus;

/// <summary>The medians at one point of a grid after another, through a stretch of a crowd's changes.</summary>
internal sealed class MediansOfPoint
{
    private readonly ProbabilitySort _sort;
    private readonly RankedValues _values;
    private readonly RunningMedian _plain;
    private readonly ForecastsByAge _ages;
    private readonly RecencyWeightedMedian _recent;

    /// <param name="room">How many forecasts stand at the start of a stretch or come in it, at most.</param>
    public MediansOfPoint(int room)
    {
        Room = room;
        (_sort, _values) = (new ProbabilitySort(room), new RankedValues(room));
        (_plain, _ages) = (new RunningMedian(_values), new ForecastsByAge(room));
        _recent = new RecencyWeightedMedian(_values, _ages, new RecencyWeights());
    }

    /// <summary>How many forecasts there can be.</summary>
    public int Room { get; }

    /// <summary>Takes what the forecasts of a stretch give a point.</summary>
    public void Take(ReadOnlySpan<double> values) => _values.Rank(values, _sort);

    /// <summary>Writes the median for each row; 0 where nobody stands.</summary>
    public void Plain(StretchOfChanges stretch, Span<double> into)
    {
        _plain.Clear();
        for (var i = 0; i < stretch.AtStart; i++)
            _plain.Add(i);
        var standing = stretch.AtStart;
        var changes = stretch.Changes;
        var rows = stretch.RowsAfter;
        into[0] = standing > 0 ? _plain.Value : 0;
        for (var c = 0; c < changes.Length; c++)
        {
            if (changes[c] >= 0)
                _plain.Add(changes[c]);
            else
                _plain.Remove(~changes[c]);
            standing += changes[c] >= 0 ? 1 : -1;
            if (IsRead(rows, c, into.Length))
                into[rows[c + 1]] = standing > 0 ? _plain.Value : 0;
        }
    }

    /// <summary>Writes the median weighted by recency for each row; 0 where nobody stands.</summary>
    public void Recent(StretchOfChanges stretch, Span<double> into)
    {
        _ages.Clear();
        _recent.Clear();
        for (var i = 0; i < stretch.AtStart; i++)
        {
            _ages.AddNewest(i);
            _recent.Add(i);
        }

        var changes = stretch.Changes;
        var rows = stretch.RowsAfter;
        into[0] = _ages.Count > 0 ? _recent.Value() : 0;
        for (var c = 0; c < changes.Length; c++)
        {
            if (changes[c] >= 0)
            {
                _ages.AddNewest(changes[c]);
                _recent.Add(changes[c]);
            }
            else
            {
                _recent.Remove(~changes[c]);
                _ages.Remove(~changes[c]);
            }

            if (IsRead(rows, c, into.Length))
                into[rows[c + 1]] = _ages.Count > 0 ? _recent.Value() : 0;
        }
    }

    /// <summary>Whether the crowd is read after a change.</summary>
    private static bool IsRead(ReadOnlySpan<int> rows, int change, int count) =>
        rows[change + 1] < count && (change + 2 == rows.Length || rows[change + 2] != rows[change + 1]);
}
