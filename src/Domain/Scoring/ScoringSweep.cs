using Domain.Consensus;
using Domain.People;

namespace Domain.Scoring;

/// <summary>
/// Passes once through a question's window, from one instant at which something changes to the next, and scores everybody on the way: cost
/// grows with the number of forecasts, not with its square, once they are sorted.
/// </summary>
internal sealed class ScoringSweep
{
    private readonly ScoringWindow _window;
    private readonly RuleSheet _rules;
    private readonly Stretches _stretches;
    private readonly StandingChanges _changes;
    private readonly bool[] _counts;
    private readonly RuleValues[] _values;
    private readonly CrowdReader _reader;
    private readonly RunningMedian? _dayLosses;
    private readonly DailyCrowd _daily;
    private readonly Holding[] _holding;
    private readonly ForecasterSums[] _sums;
    private readonly List<ConsensusHolding> _consensus = [];
    private readonly double[] _reading;
    private readonly List<(long Instant, int Forecaster)> _skillChanges;
    private readonly SweepTrace? _trace;
    private CrowdLog _crowd;
    private CrowdLog _spotCrowd;
    private bool _spotPassed;
    private int _begun;
    private long _now;
    private int _days;

    public ScoringSweep(ScoringInput input, Stretches stretches, RuleSheet rules, ScoringWindow window, SweepTrace? trace)
    {
        (_window, _rules, _stretches, _trace) = (window, rules, stretches, trace);
        _changes = StandingChanges.Of(stretches.All, window.End);
        _counts = Array.ConvertAll(stretches.Kinds, Crowd.Counts);
        var members = new CrowdMembers(stretches, _changes);
        _values = new RuleValues[members.Count];
        for (var m = 0; m < _values.Length; m++) _values[m] = rules.Of(members[m].Prediction);
        var skills = new SkillRecords(stretches.Forecasters, input.EarlierScores);
        _skillChanges = skills.Changes(window.Start, window.End);
        _reader = CrowdReader.Of(members, input.Question.Range, window.Start, window.Close, skills);
        _reading = new double[_reader.Columns];
        if (_reader.Columns > 2 && !_reader.IsDistribution)
        {
            _dayLosses = new RunningMedian(new RankedValues(Array.ConvertAll(_values, rules.DayLoss)));
        }

        _daily = new DailyCrowd(_reader.IsDistribution ? 0 : window.Days);
        (_holding, _sums) = (new Holding[stretches.Forecasters.Length], new ForecasterSums[stretches.Forecasters.Length]);
        foreach (var name in Crowd.Methods)
        {
            var method = Crowd.MethodNamed(name);
            var forecaster = Crowd.ForecasterOf(name);
            if (members.Count > 0 && _reader.Applies(method) && Array.BinarySearch(stretches.Forecasters, forecaster, StringComparer.Ordinal) < 0)
            {
                _consensus.Add(new ConsensusHolding(forecaster, method, _reader.Columns));
            }
        }

        _now = window.Start;
        Pass();
        trace?.Finish(_daily, _spotCrowd);
    }

    /// <summary>A row a forecaster, those of the consensus among them, by name.</summary>
    public IReadOnlyList<ScoreRow> Rows()
    {
        var rows = new List<ScoreRow>(_sums.Length + _consensus.Count);
        var form = new RowForm(_rules, _window);
        var consensus = _consensus.OrderBy(c => c.Forecaster, StringComparer.Ordinal).ToArray();
        var next = 0;
        for (var f = 0; f <= _sums.Length; f++)
        {
            for (; next < consensus.Length && (f == _sums.Length || string.CompareOrdinal(consensus[next].Forecaster, _stretches.Forecasters[f]) < 0); next++)
            {
                rows.Add(form.Row(consensus[next].Forecaster, ForecasterKind.Consensus, consensus[next].Sums, SpotPeer(consensus[next].Sums, isMember: false)));
            }

            if (f < _sums.Length) rows.Add(form.Row(_stretches.Forecasters[f], _stretches.Kinds[f], _sums[f], SpotPeer(_sums[f], _counts[f])));
        }

        return rows;
    }

    private double? SpotPeer(in ForecasterSums sums, bool isMember) =>
        sums.Spot is { } spot ? _rules.PeerUnit * _spotCrowd.Momentary(spot.LogP, isMember) : null;

    private void Pass()
    {
        for (int c = 0, r = 0; c < _changes.Count || r < _skillChanges.Count;)
        {
            var instant = Math.Min(c < _changes.Count ? _changes.At(c) : long.MaxValue, r < _skillChanges.Count ? _skillChanges[r].Instant : long.MaxValue);
            AdvanceTo(instant);
            var crowdChanges = false;
            for (var i = c; i < _changes.Count && _changes.At(i) == instant && !crowdChanges; i++) crowdChanges = _counts[_changes.ForecasterOf(i)];
            if (crowdChanges)
            {
                foreach (var consensus in _consensus) End(consensus);
            }

            for (; c < _changes.Count && _changes.At(c) == instant; c++)
            {
                var (kind, changing) = (_changes.KindOf(c), _changes.ForecasterOf(c));
                if (kind != Change.Begins) End(changing);
                if (kind == Change.Replaces) _sums[changing].Revisions++;
                if (kind != Change.Ends) Begin(changing, _changes.StretchOf(c));
            }

            var skillChanged = false;
            for (; r < _skillChanges.Count && _skillChanges[r].Instant == instant; r++)
            {
                var (_, forecaster) = _skillChanges[r];
                if (!_holding[forecaster].Stands || !_counts[forecaster]) continue;
                if (!skillChanged && !crowdChanges)
                {
                    foreach (var consensus in _consensus.Where(h => h.Method == ConsensusMethod.SkillWeighted)) End(consensus);
                }

                skillChanged = true;
                _reader.Reweigh(_holding[forecaster].Member, instant);
            }

            if (crowdChanges) _trace?.CrowdBecomes(instant, _crowd.Count, _crowd.Sum);
            if (!crowdChanges && !skillChanged) continue;
            foreach (var consensus in _consensus)
            {
                if (crowdChanges || consensus.Method == ConsensusMethod.SkillWeighted) Begin(consensus);
            }
        }

        AdvanceTo(_window.End);
        if (!_spotPassed) PassSpot();
        foreach (var consensus in _consensus)
        {
            if (consensus.Stands) consensus.Sums.Final = consensus.Values;
            End(consensus);
        }

        for (var f = 0; f < _holding.Length; f++)
        {
            if (!_holding[f].Stands) continue;
            _sums[f].Final = _holding[f].Values;
            Close(f);
        }
    }

    /// <summary>Lets the time up to an instant pass with what stands.</summary>
    private void AdvanceTo(long instant)
    {
        if (!_spotPassed && _window.Spot < instant) PassSpot();
        var days = _window.DaysUpto(instant);
        if (!_reader.IsDistribution)
        {
            while (_daily.Told < days) _daily.Tell(DayMedian());
        }

        _crowd.Pass(instant - _now);
        (_now, _days) = (instant, days);
    }

    private void PassSpot()
    {
        _spotPassed = true;
        _spotCrowd = _crowd;
        if (_window.Spot < _window.Start) return;
        for (var f = 0; f < _holding.Length; f++) _sums[f].Spot = _holding[f].Stands ? _holding[f].Values : null;
        foreach (var consensus in _consensus) consensus.Sums.Spot = consensus.Stands ? consensus.Values : null;
    }

    private double? DayMedian()
    {
        if (_crowd.Count == 0) return null;
        if (_dayLosses is { } losses) return losses.Value;
        var (lower, upper) = _reader.MiddleOf(0);
        return lower == upper ? DayLossOf(lower) : (DayLossOf(lower) + DayLossOf(upper)) / 2;
    }

    private double DayLossOf(double first) => _rules.DayLoss(_rules.Of([first, 1 - first]));

    private void Begin(int forecaster, int stretch)
    {
        ref var holding = ref _holding[forecaster];
        var counts = _counts[forecaster];
        (holding.Stands, holding.Stretch, holding.Member, holding.Since) = (true, stretch, counts ? _begun++ : -1, new Moment(_now, _days));
        holding.Values = counts ? _values[holding.Member] : _rules.Of(_stretches.All[stretch].Prediction);
        holding.Crowd = _crowd;
        if (!counts) return;
        _crowd.Add(holding.Values.LogP);
        _reader.Add(holding.Member, _now);
        _dayLosses?.Add(holding.Member);
    }

    private void End(int forecaster)
    {
        Close(forecaster);
        ref var holding = ref _holding[forecaster];
        holding.Stands = false;
        if (!_counts[forecaster]) return;
        _crowd.Remove(holding.Values.LogP);
        _reader.Remove(holding.Member);
        _dayLosses?.Remove(holding.Member);
    }

    private void Close(int forecaster)
    {
        ref readonly var holding = ref _holding[forecaster];
        Close(ref _sums[forecaster], holding.Since, holding.Values, _crowd.Since(holding.Crowd, holding.Values.LogP, _counts[forecaster]));
        if (_trace is not null && _trace.Forecaster == _stretches.Forecasters[forecaster]) _trace.Stood(holding.Since.Instant, _now, _stretches.All[holding.Stretch].Prediction, holding.Values);
    }

    private void Begin(ConsensusHolding consensus)
    {
        if (_crowd.Count == 0) return;
        _reader.Read(consensus.Method, _reading);
        if (consensus.LastUntil == _now) consensus.Sums.Revisions++;
        // A crowd that changes often leaves its median where it was: what the rules give that need not be worked out again.
        if (_reader.IsDistribution || !_reading.AsSpan().SequenceEqual(consensus.Reading))
        {
            _reading.CopyTo(consensus.Reading, 0);
            consensus.Values = _reader.IsDistribution ? _rules.Of(_reader.Distribution(_reading), _reader.Levels) : _rules.Of(_reading);
        }

        (consensus.Stands, consensus.Since) = (true, new Moment(_now, _days));
    }

    private void End(ConsensusHolding consensus)
    {
        if (!consensus.Stands) return;
        // While a consensus stands the crowd stands still, so its momentary peer score does too.
        Close(ref consensus.Sums, consensus.Since, consensus.Values, (_now - consensus.Since.Instant) * _crowd.Momentary(consensus.Values.LogP, isMember: false));
        if (_trace?.Forecaster == consensus.Forecaster) _trace.Stood(consensus.Since.Instant, _now, _reader.Prediction(consensus.Reading, consensus.Since.Instant), consensus.Values);
        consensus.Stands = false;
        consensus.LastUntil = _now;
    }

    private void Close(ref ForecasterSums sums, Moment since, in RuleValues values, double peer)
    {
        var relative = since.Days == _days || _reader.IsDistribution ? 0 : _daily.Distance(_rules.DayLoss(values), since.Days, _days);
        sums.Add(values, _now - since.Instant, _days - since.Days, peer, relative);
    }

    /// <summary>An instant, in ticks, and how many whole days have ended by it.</summary>
    private readonly record struct Moment(long Instant, int Days);

    /// <summary>What a forecaster holds, since when, and the crowd's state at that instant.</summary>
    private record struct Holding(bool Stands, int Stretch, int Member, Moment Since, RuleValues Values, CrowdLog Crowd);

    private sealed class ConsensusHolding(string forecaster, ConsensusMethod method, int columns)
    {
        public string Forecaster { get; } = forecaster;

        public ConsensusMethod Method { get; } = method;

        /// <summary>What it says; at first nothing that any reading equals.</summary>
        public double[] Reading { get; } = [.. Enumerable.Repeat(double.NegativeInfinity, columns)];

        public long LastUntil { get; set; } = long.MinValue;

        public bool Stands { get; set; }

        public Moment Since { get; set; }

        public RuleValues Values { get; set; }

        public ref ForecasterSums Sums => ref _sums;

        private ForecasterSums _sums;
    }
}
