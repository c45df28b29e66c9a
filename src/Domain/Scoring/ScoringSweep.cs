using Domain.Consensus;
using Domain.Forecasts;
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
    private readonly int[] _memberOf;
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
    private long _now;

    public ScoringSweep(ScoringInput input, Stretches stretches, RuleSheet rules, ScoringWindow window, SweepTrace? trace)
    {
        (_window, _rules, _stretches, _trace) = (window, rules, stretches, trace);
        var all = stretches.All;
        _changes = StandingChanges.Of(all, window.End);
        _memberOf = new int[all.Length];
        var members = new List<Stretch>(all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            _memberOf[i] = Crowd.Counts(stretches.Kinds[all[i].Forecaster]) ? members.Count : -1;
            if (_memberOf[i] >= 0) members.Add(all[i]);
        }

        var skills = new SkillRecords(input.EarlierScores);
        _skillChanges = SkillChanges.Of(stretches.Forecasters, skills, window.Start, window.End);
        _reader = CrowdReader.Of(members, stretches.Forecasters, input.Question.Range, window.Start, window.Close, skills);
        _reading = new double[_reader.Columns];
        if (_reader.Columns > 2 && !_reader.IsDistribution)
        {
            _dayLosses = new RunningMedian(new RankedValues([.. members.Select(m => rules.DayLoss(rules.Of(m.Prediction)))]));
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
        for (var f = 0; f < _sums.Length; f++)
        {
            rows.Add(_sums[f].ToRow(_stretches.Forecasters[f], _stretches.Kinds[f], _rules, _window, SpotPeer(_sums[f], Crowd.Counts(_stretches.Kinds[f]))));
        }

        foreach (var c in _consensus)
        {
            rows.Add(c.Sums.ToRow(c.Forecaster, ForecasterKind.Consensus, _rules, _window, SpotPeer(c.Sums, isMember: false)));
        }

        rows.Sort((a, b) => string.CompareOrdinal(a.Forecaster, b.Forecaster));
        return rows;
    }

    private double? SpotPeer(in ForecasterSums sums, bool isMember) =>
        sums.Spot is { } spot ? _rules.PeerUnit * _spotCrowd.Momentary(spot.LogP, isMember) : null;

    private void Pass()
    {
        var all = _stretches.All;
        for (int c = 0, r = 0; c < _changes.Count || r < _skillChanges.Count;)
        {
            var instant = Math.Min(c < _changes.Count ? _changes.At(c) : long.MaxValue, r < _skillChanges.Count ? _skillChanges[r].Instant : long.MaxValue);
            AdvanceTo(instant);
            var crowdChanges = false;
            for (var i = c; i < _changes.Count && _changes.At(i) == instant && !crowdChanges; i++) crowdChanges = _memberOf[_changes.StretchOf(i)] >= 0;
            if (crowdChanges)
            {
                foreach (var consensus in _consensus) End(consensus);
            }

            for (; c < _changes.Count && _changes.At(c) == instant; c++)
            {
                var (stretch, kind) = (_changes.StretchOf(c), _changes.KindOf(c));
                if (kind == Change.Ends) End(stretch, all[stretch]);
                if (kind == Change.Replaces)
                {
                    End(stretch - 1, all[stretch - 1]);
                    _sums[all[stretch].Forecaster].Revisions++;
                }

                if (kind != Change.Ends) Begin(stretch, all[stretch]);
            }

            var skillChanged = false;
            for (; r < _skillChanges.Count && _skillChanges[r].Instant == instant; r++)
            {
                var holding = _holding[_skillChanges[r].Forecaster];
                if (!holding.Stands || _memberOf[holding.Stretch] < 0) continue;
                if (!skillChanged && !crowdChanges)
                {
                    foreach (var consensus in _consensus.Where(h => h.Method == ConsensusMethod.SkillWeighted)) End(consensus);
                }

                skillChanged = true;
                _reader.Reweigh(_memberOf[holding.Stretch], instant);
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
            Close(_holding[f].Stretch, all[_holding[f].Stretch]);
        }
    }

    /// <summary>Lets the time up to an instant pass with what stands.</summary>
    private void AdvanceTo(long instant)
    {
        if (!_spotPassed && _window.Spot < instant) PassSpot();
        if (!_reader.IsDistribution)
        {
            for (var days = _window.DaysUpto(instant); _daily.Told < days;) _daily.Tell(DayMedian());
        }

        _crowd.Pass(instant - _now);
        _now = instant;
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

    private void Begin(int index, in Stretch stretch)
    {
        ref var holding = ref _holding[stretch.Forecaster];
        holding = new Holding(true, index, _now, _rules.Of(stretch.Prediction), _crowd);
        if (_memberOf[index] is not (>= 0 and var member)) return;
        _crowd.Add(holding.Values.LogP);
        _reader.Add(member, _now);
        _dayLosses?.Add(member);
    }

    private void End(int index, in Stretch stretch)
    {
        Close(index, stretch);
        ref var holding = ref _holding[stretch.Forecaster];
        holding.Stands = false;
        if (_memberOf[index] is not (>= 0 and var member)) return;
        _crowd.Remove(holding.Values.LogP);
        _reader.Remove(member);
        _dayLosses?.Remove(member);
    }

    private void Close(int index, in Stretch stretch)
    {
        ref readonly var holding = ref _holding[stretch.Forecaster];
        Close(ref _sums[stretch.Forecaster], holding.From, holding.Values, _crowd.Since(holding.Crowd, holding.Values.LogP, _memberOf[index] >= 0));
        if (_trace?.Forecaster == _stretches.Forecasters[stretch.Forecaster]) _trace.Stood(holding.From, _now, stretch.Prediction, holding.Values);
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

        (consensus.Stands, consensus.From) = (true, _now);
    }

    private void End(ConsensusHolding consensus)
    {
        if (!consensus.Stands) return;
        // While a consensus stands the crowd stands still, so its momentary peer score does too.
        Close(ref consensus.Sums, consensus.From, consensus.Values, (_now - consensus.From) * _crowd.Momentary(consensus.Values.LogP, isMember: false));
        if (_trace?.Forecaster == consensus.Forecaster) _trace.Stood(consensus.From, _now, _reader.Prediction(consensus.Reading, consensus.From), consensus.Values);
        consensus.Stands = false;
        consensus.LastUntil = _now;
    }

    private void Close(ref ForecasterSums sums, long since, in RuleValues values, double peer)
    {
        var (from, to) = (_window.DaysUpto(since), _window.DaysUpto(_now));
        var relative = from == to || _reader.IsDistribution ? 0 : _daily.Distance(_rules.DayLoss(values), from, to);
        sums.Add(values, _now - since, to - from, peer, relative);
    }

    /// <summary>What a forecaster holds, since when, and the crowd's state at that instant.</summary>
    private record struct Holding(bool Stands, int Stretch, long From, RuleValues Values, CrowdLog Crowd);

    private sealed class ConsensusHolding(string forecaster, ConsensusMethod method, int columns)
    {
        public string Forecaster { get; } = forecaster;

        public ConsensusMethod Method { get; } = method;

        /// <summary>What it says; at first nothing that any reading equals.</summary>
        public double[] Reading { get; } = [.. Enumerable.Repeat(double.NegativeInfinity, columns)];

        public long LastUntil { get; set; } = long.MinValue;

        public bool Stands { get; set; }

        public long From { get; set; }

        public RuleValues Values { get; set; }

        public ref ForecasterSums Sums => ref _sums;

        private ForecasterSums _sums;
    }
}
