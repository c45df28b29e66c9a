using System.Runtime.InteropServices;
using Domain.Consensus.OrderStatistics;
using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;

namespace Domain.Consensus;

/// <summary>
/// Some of the changes of a crowd that states distributions, with what those state who stand at its start or come in it. They are numbered anew, in the order
/// in which they came. There is a row for the start and for each instant at whose end the crowd is read.
/// </summary>
/// <param name="range">The question's range.</param>
/// <param name="members">The crowd.</param>
/// <param name="changes">All its changes.</param>
/// <param name="until">The first instant, in ticks, of which nothing is taken.</param>
internal sealed class StretchOfChanges(QuestionRange range, CrowdMembers members, CrowdChanges changes, long until)
{
    private readonly StatedDistribution _stated = new(range, points: 8);
    private readonly int[] _numberOf = new int[members.Count];
    private readonly List<int> _firstPoint = [];
    private readonly List<double> _points = [];
    private readonly List<double> _levels = [];
    private readonly List<int> _changes = [];
    private readonly List<int> _rows = [];
    private int _position;

    /// <summary>How many stand at the start.</summary>
    public int AtStart { get; private set; }

    /// <summary>How many stand at the start or come.</summary>
    public int Count { get; private set; }

    /// <summary>How many rows there are.</summary>
    public int Rows { get; private set; }

    /// <summary>The changes: the number of one who comes, or the complement of the number of one who goes.</summary>
    public ReadOnlySpan<int> Changes => CollectionsMarshal.AsSpan(_changes);

    /// <summary>The row of the start, then after each change the row that the crowd is read into, or the next one.</summary>
    public ReadOnlySpan<int> RowsAfter => CollectionsMarshal.AsSpan(_rows);

    /// <summary>The points of the function that one states.</summary>
    public ReadOnlySpan<double> PointsOf(int number) => CollectionsMarshal.AsSpan(_points)[_firstPoint[number].._firstPoint[number + 1]];

    /// <summary>The cumulative probability at each.</summary>
    public ReadOnlySpan<double> LevelsOf(int number) => CollectionsMarshal.AsSpan(_levels)[_firstPoint[number].._firstPoint[number + 1]];

    /// <summary>Whether the stretch has a row for what stands after as many changes of the crowd.</summary>
    public bool Holds(int position) => position >= _position && position - _position < _rows.Count && RowAt(position) < Rows;

    /// <summary>The row of what stands after as many changes of the crowd.</summary>
    public int RowAt(int position) => _rows[position - _position];

    /// <summary>Takes another stretch in place of this one.</summary>
    /// <param name="position">How many changes of the crowd have been.</param>
    /// <param name="standing">Who stands after them.</param>
    /// <param name="most">The most changes that are taken.</param>
    /// <param name="mostRows">The most rows.</param>
    public void Take(int position, ForecastsByAge standing, int most, int mostRows)
    {
        _position = position;
        _firstPoint.Clear();
        _points.Clear();
        _levels.Clear();
        _changes.Clear();
        _rows.Clear();
        _firstPoint.Add(0);
        foreach (var member in standing.OldestFirst())
            Add(member);
        AtStart = _firstPoint.Count - 1;
        _rows.Add(0);
        Rows = 1;
        for (var at = position; at < changes.Count && _changes.Count < most && Rows < mostRows; at++)
        {
            var member = changes.MemberOf(at);
            if (!changes.Comes(at))
            {
                _changes.Add(~_numberOf[member]);
            }
            else if (members[member].From >= until)
            {
                break;
            }
            else
            {
                _changes.Add(_firstPoint.Count - 1);
                Add(member);
            }

            _rows.Add(Rows);
            if (changes.IsLastOfInstant(at))
                Rows++;
        }

        Count = _firstPoint.Count - 1;
    }

    private void Add(int member)
    {
        _numberOf[member] = _firstPoint.Count - 1;
        _stated.State((Prediction.Quantiles)members[member].Prediction);
        _points.AddRange(_stated.Points);
        _levels.AddRange(_stated.Levels);
        _firstPoint.Add(_points.Count);
    }
}
