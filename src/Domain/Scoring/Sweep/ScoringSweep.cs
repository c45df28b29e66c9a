using Domain.Consensus;
using Domain.Consensus.OrderStatistics;
using Domain.Crowds;
using Domain.Forecasts.Timelines;
using Domain.People;
using Domain.Scoring.Explaining;
using Domain.Scoring.Points;
using Domain.Scoring.Rows;
using Domain.Scoring.Rules;
using Domain.TrackRecords;

namespace Domain.Scoring.Sweep;

/// <summary>
/// Passes once through a question's window, from one instant at which something changes to the next, and scores everybody on the way: cost
/// grows with the number of forecasts, not with its square, once they are sorted.
/// </summary>
internal sealed class ScoringSweep
{
    private readonly ScoringWindow _window;
    private readonly ApplicableRules _rules;
    private readonly StandingIntervals _intervals;
    private readonly StandingTransitions _changes;
    private readonly bool[] _counts;
    private readonly RuleValues[] _values;
    private readonly CrowdReader _reader;
    private readonly RunningMedian? _dayLosses;
    private readonly DailyCrowd _daily;
    private readonly Compared[] _compared;
    private readonly Holding[] _holding;
    private readonly List<ConsensusHolding> _consensus = [];
    private readonly double[] _reading;
    private readonly List<(long Instant, int Forecaster)> _skillChanges;
    private readonly SweepTrace? _trace;
    private PeerScoreIntegral _crowd;
    private PeerScoreIntegral _spotCrowd;
    private bool _spotPassed;
    private int _begun;
    private long _now;

    // The crowd's integrals go up to its last change. What else changes on the way, a reference or a weight, which may rest on other questions, leaves
    // every bit of them as it is.
    private long _passed;
    private int _days;

    public ScoringSweep(ScoringInput input, StandingIntervals intervals, ApplicableRules rules, ScoringWindow window, SweepTrace? trace)
    {
        (_window, _rules, _intervals, _trace) = (window, rules, intervals, trace);
        _changes = StandingTransitions.Of(intervals.All, window.End);
        _counts = Array.ConvertAll(intervals.Kinds, Crowd.Counts);
        var members = new CrowdMembers(intervals, _changes);
        _values = new RuleValues[intervals.All.Length];
        rules.Score(intervals.All, _values);
        _compared = new Compared[members.Count];
        for (var m = 0; m < _compared.Length; m++)
            _compared[m] = ComparedOf(members.PlaceOf(m));
        var skills = new SkillRecords(intervals.Forecasters, input.EarlierScores);
        _skillChanges = skills.Changes(window.Start, window.End);
        _reader = CrowdReader.Of(members, input.Question.Range, rules.Bins, window.Start, window.Close, skills);
        _reading = new double[_reader.Columns];
        // The loss of one of two options falls as its probability rises, so that the median is read off the probabilities; against a partial outcome it
        // does not.
        if ((_reader.Columns > 2 || rules.IsPartial) && !_reader.IsDistribution)
        {
            _dayLosses = new RunningMedian(new RankedValues(Array.ConvertAll(_compared, c => c.DayLoss)));
        }

        _daily = new DailyCrowd(_reader.IsDistribution ? 0 : window.Days);
        _holding = new Holding[intervals.Forecasters.Length];
        foreach (var method in ConsensusMethods.All)
        {
            if (members.Count > 0 && _reader.Applies(method) && Array.BinarySearch(intervals.Forecasters, method.Forecaster, StringComparer.Ordinal) < 0)
            {
                _consensus.Add(new ConsensusHolding(method, _reader.Columns));
            }
        }

        _now = _passed = window.Start;
        Pass();
        trace?.Finish(_daily, _spotCrowd);
    }

    /// <summary>A row a forecaster, those of the consensus among them, by name.</summary>
    public IReadOnlyList<ScoreRow> Rows()
    {
        var forecasters = _intervals.Forecasters;
        var rows = new List<ScoreRow>(forecasters.Length + _consensus.Count);
        var form = new ScoreRowBuilder(_rules, _window);
        var consensus = _consensus.OrderBy(c => c.Forecaster, StringComparer.Ordinal).ToArray();
        var (next, interval) = (0, 0);
        for (var f = 0; f <= forecasters.Length; f++)
        {
            for (; next < consensus.Length && (f == forecasters.Length || string.CompareOrdinal(consensus[next].Forecaster, forecasters[f]) < 0); next++)
            {
                rows.Add(form.Row(consensus[next].Forecaster, ForecasterKind.Consensus, consensus[next].Sums, SpotPeer(consensus[next].Sums, isMember: false)));
            }

            if (f == forecasters.Length)
                break;
            var sums = SumsOf(f, ref interval);
            sums.AgainstCrowd = _holding[f].Sums;
            rows.Add(form.Row(forecasters[f], _intervals.Kinds[f], sums, SpotPeer(sums, _counts[f] && sums.SpotSeal == SealState.Open)));
        }

        return rows;
    }

    /// <summary>Adds up a forecaster's intervals, the first of which is the next one.</summary>
    private ForecasterSums SumsOf(int forecaster, ref int next)
    {
        var sums = new ForecasterSums();
        var all = _intervals.All;
        for (var first = next; next < all.Length && all[next].Forecaster == forecaster; next++)
        {
            ref readonly var interval = ref all[next];
            ref readonly var values = ref _values[next];
            sums.Add(values, _rules.Columns, interval.To - interval.From, _window.DaysUpto(interval.To) - _window.DaysUpto(interval.From));
            // What is revealed while the question still takes forecasts goes on as it was.
            if (
                next > first
                && all[next - 1].To == interval.From
                && !(all[next - 1].Seal == SealState.Revealed && ReferenceEquals(all[next - 1].Prediction, interval.Prediction))
            )
                sums.Revisions++;
            if (interval.Seal == SealState.Unrevealed)
                sums.Unrevealed = true;
            if (interval.To == _window.End)
                (sums.Final, sums.FinalSeal) = (values, interval.Seal);
            // The spot reads what stood just before it: what begins there comes too late, and what ends there was still standing.
            if (interval.From < _window.Spot && interval.To >= _window.Spot)
                (sums.Spot, sums.SpotSeal) = (values, interval.Seal);
        }

        return sums;
    }

    private double? SpotPeer(in ForecasterSums sums, bool isMember) =>
        sums.Spot is { } spot ? _rules.PeerUnit * _spotCrowd.Momentary(spot.LogP, isMember) : null;

    private void Pass()
    {
        for (int c = 0, r = 0; c < _changes.Count || r < _skillChanges.Count; )
        {
            var instant = Math.Min(c < _changes.Count ? _changes.At(c) : long.MaxValue, r < _skillChanges.Count ? _skillChanges[r].Instant : long.MaxValue);
            AdvanceTo(instant);
            var crowdChanges = false;
            for (var i = c; i < _changes.Count && _changes.At(i) == instant && !crowdChanges; i++)
                crowdChanges = ChangesCrowd(i);
            if (crowdChanges)
            {
                foreach (var consensus in _consensus)
                    End(consensus);
                PassCrowd();
            }

            for (; c < _changes.Count && _changes.At(c) == instant; c++)
            {
                var (kind, changing) = (_changes.KindOf(c), _changes.ForecasterOf(c));
                var interval = _changes.IntervalOf(c);
                if (kind != Transition.Begins)
                    End(changing, kind == Transition.Ends ? interval : interval - 1);
                if (kind != Transition.Ends)
                    Begin(changing, interval);
            }

            var skillChanged = false;
            for (; r < _skillChanges.Count && _skillChanges[r].Instant == instant; r++)
            {
                var (_, forecaster) = _skillChanges[r];
                if (!_holding[forecaster].Stands || _holding[forecaster].Member < 0)
                    continue;
                if (!skillChanged && !crowdChanges)
                {
                    foreach (var consensus in _consensus.Where(h => h.Method.ReadsTrackRecords))
                        End(consensus);
                }

                skillChanged = true;
                _reader.Reweigh(_holding[forecaster].Member, instant);
            }

            if (crowdChanges)
                _trace?.CrowdBecomes(instant, _crowd.Count, _crowd.Sum);
            if (!crowdChanges && !skillChanged)
                continue;
            foreach (var consensus in _consensus)
            {
                if (crowdChanges || consensus.Method.ReadsTrackRecords)
                    Begin(consensus);
            }
        }

        AdvanceTo(_window.End);
        PassCrowd();
        foreach (var consensus in _consensus)
        {
            if (consensus.Stands)
                consensus.Sums.Final = consensus.Values;
            End(consensus);
        }

        for (var s = 0; s < _values.Length; s++)
        {
            if (_intervals.All[s].To == _window.End)
                Close(_intervals.All[s].Forecaster, s);
        }
    }

    /// <summary>Lets the time up to an instant pass with what stands.</summary>
    private void AdvanceTo(long instant)
    {
        if (!_spotPassed && _window.Spot <= instant)
            PassSpot();
        var days = _window.DaysUpto(instant);
        if (!_reader.IsDistribution)
        {
            while (_daily.Told < days)
                _daily.Tell(DayMedian());
        }

        (_now, _days) = (instant, days);
    }

    private void PassCrowd()
    {
        _crowd.Pass(_now - _passed);
        _passed = _now;
    }

    /// <summary>The crowd with its integrals up to now.</summary>
    private PeerScoreIntegral CrowdNow()
    {
        var crowd = _crowd;
        if (_passed != _now)
            crowd.Pass(_now - _passed);
        return crowd;
    }

    private void PassSpot()
    {
        _spotPassed = true;
        _spotCrowd = _crowd;
        if (_window.Spot <= _window.Start)
            return;
        foreach (var consensus in _consensus)
            consensus.Sums.Spot = consensus.Stands ? consensus.Values : null;
    }

    private double? DayMedian()
    {
        if (_crowd.Count == 0)
            return null;
        if (_dayLosses is { } losses)
            return losses.Value;
        var (lower, upper) = _reader.MiddleOf(0);
        return lower == upper ? DayLossOf(lower) : (DayLossOf(lower) + DayLossOf(upper)) / 2;
    }

    private double DayLossOf(double first)
    {
        var values = default(RuleValues);
        _rules.Score([first, 1 - first], ref values);
        return _rules.DayLoss(values);
    }

    private Compared ComparedOf(int interval) => new(_values[interval].LogP, _rules.DayLoss(_values[interval]));

    private bool IsMember(int interval) => _counts[_intervals.All[interval].Forecaster] && Crowd.Sees(_intervals.All[interval]);

    private bool ChangesCrowd(int change)
    {
        var interval = _changes.IntervalOf(change);
        return IsMember(interval) || (_changes.KindOf(change) == Transition.Replaces && IsMember(interval - 1));
    }

    private void Begin(int forecaster, int interval)
    {
        ref var holding = ref _holding[forecaster];
        var counts = IsMember(interval);
        holding.Member = counts ? _begun++ : -1;
        holding.Compared = counts ? _compared[holding.Member] : ComparedOf(interval);
        (holding.Stands, holding.SinceDay, holding.Since) = (true, _days, CrowdNow().Mark(counts));
        if (!counts)
            return;
        _crowd.Add(holding.Compared.LogP);
        _reader.Add(holding.Member, _now);
        _dayLosses?.Add(holding.Member);
    }

    private void End(int forecaster, int interval)
    {
        Close(forecaster, interval);
        ref var holding = ref _holding[forecaster];
        holding.Stands = false;
        if (holding.Member < 0)
            return;
        _crowd.Remove(holding.Compared.LogP);
        _reader.Remove(holding.Member);
        _dayLosses?.Remove(holding.Member);
    }

    private void Close(int forecaster, int interval)
    {
        ref var holding = ref _holding[forecaster];
        holding.Sums.Add(CrowdNow().Since(holding.Since, holding.Compared.LogP, holding.Member >= 0), Relative(holding.Compared.DayLoss, holding.SinceDay));
        if (_trace is null || _trace.Forecaster != _intervals.Forecasters[forecaster])
            return;
        ref readonly var stood = ref _intervals.All[interval];
        _trace.Stood(stood.From, stood.To, stood.Prediction, _values[interval], holding.Member >= 0, stood.Seal);
    }

    private void Begin(ConsensusHolding consensus)
    {
        if (_crowd.Count == 0)
            return;
        _reader.Read(consensus.Method, _reading);
        if (consensus.LastUntil == _now)
            consensus.Sums.Revisions++;
        // A crowd that changes often leaves its median where it was: what the rules give that need not be worked out again.
        if (_reader.IsDistribution || !_reading.AsSpan().SequenceEqual(consensus.Reading))
        {
            _reading.CopyTo(consensus.Reading, 0);
            if (_reader.IsDistribution)
                _rules.Score(_reader.Distribution(_reading, _now), _reader.Levels, ref consensus.Values);
            else
                _rules.Score(_reading, ref consensus.Values);
        }

        (consensus.Stands, consensus.Since) = (true, new Moment(_now, _days));
    }

    private void End(ConsensusHolding consensus)
    {
        if (!consensus.Stands)
            return;
        // While a consensus stands the crowd stands still, so its momentary peer score does too.
        var length = _now - consensus.Since.Instant;
        var peer = length * _crowd.Momentary(consensus.Values.LogP, isMember: false);
        consensus.Sums.Add(consensus.Values, _rules.Columns, length, _days - consensus.Since.Days);
        consensus.Sums.AgainstCrowd.Add(peer, Relative(_rules.DayLoss(consensus.Values), consensus.Since.Days));
        if (_trace?.Forecaster == consensus.Forecaster)
            _trace.Stood(consensus.Since.Instant, _now, _reader.Prediction(consensus.Reading, consensus.Since.Instant), consensus.Values, isMember: false);
        consensus.Stands = false;
        consensus.LastUntil = _now;
    }

    /// <summary>A loss's distance from the crowd's daily median, summed over the days that have ended since.</summary>
    private double Relative(double dayLoss, int sinceDay) => sinceDay == _days || _reader.IsDistribution ? 0 : _daily.Distance(dayLoss, sinceDay, _days);

    /// <summary>An instant, in ticks, and how many whole days have ended by it.</summary>
    private readonly record struct Moment(long Instant, int Days);

    /// <summary>What a forecast is compared with the crowd by: its ln p of the outcome, and its loss a day.</summary>
    private readonly record struct Compared(double LogP, double DayLoss);

    /// <summary>
    /// What a forecaster holds, and how it has compared so far. The pass needs no more of a forecaster than this, so that a crowd of many
    /// stays in the processor's nearer memory; what the rules give is added up afterwards, forecaster by forecaster.
    /// </summary>
    private struct Holding
    {
        public bool Stands;

        /// <summary>The forecast's number in the crowd, or −1.</summary>
        public int Member;

        /// <summary>How many whole days had ended when it began to stand.</summary>
        public int SinceDay;

        /// <summary>The crowd's state then.</summary>
        public CrowdMark Since;

        public Compared Compared;

        public SumsAgainstCrowd Sums;
    }

    private sealed class ConsensusHolding(ConsensusMethod method, int columns)
    {
        public string Forecaster => Method.Forecaster;

        public ConsensusMethod Method { get; } = method;

        /// <summary>What it says; at first nothing that any reading equals.</summary>
        public double[] Reading { get; } = [.. Enumerable.Repeat(double.NegativeInfinity, columns)];

        public long LastUntil { get; set; } = long.MinValue;

        public bool Stands { get; set; }

        public Moment Since { get; set; }

        public ref RuleValues Values => ref _values;

        public ref ForecasterSums Sums => ref _sums;

        private RuleValues _values;

        private ForecasterSums _sums;
    }
}
