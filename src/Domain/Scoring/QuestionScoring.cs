using Domain.Consensus;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.References;
using Domain.Resolutions;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Scoring;

/// <summary>
/// Scores every forecaster, consensus and reference on one resolved question. The window is ⟨opensAt, min(closesAt, knownAt)); coverage,
/// <c>baseline</c> and <c>peer</c> divide by the whole scheduled lifetime ⟨opensAt, closesAt), in which time without a forecast counts 0.
/// </summary>
/// <remarks>
/// Dividing by the scheduled lifetime is what makes early resolution unexploitable. Say a question can only end early by coming out yes, and
/// truly has 20 % to do so. Who states 80 % at first and drops to the honest number later gains on the early yes, were the average taken over
/// the time until then; over the scheduled lifetime the inflated stretch costs in every other case exactly what a proper rule makes it cost.
/// </remarks>
public static class QuestionScoring
{
    private const string NeverStood = "No forecast stood in the scoring window.";

    /// <summary>The rows of one generation, ordered by forecaster (ordinal).</summary>
    public static IReadOnlyList<ScoreRow> Score(ScoringInput input)
    {
        var question = input.Question;
        var end = question.KnownAt < question.ClosesAt ? question.KnownAt : question.ClosesAt;
        if (end < question.OpensAt) end = question.OpensAt;
        var timelines = input.Forecasts.OrderBy(f => f.Forecaster, StringComparer.Ordinal).ToList();
        var present = timelines.Select(t => t.Forecaster).ToHashSet(StringComparer.Ordinal);
        timelines.AddRange(ConsensusTimelines.All(input, end).Where(t => !present.Contains(t.Forecaster)));
        timelines.AddRange(ReferenceForecasts.All(input, end).Where(t => !present.Contains(t.Forecaster)));

        var context = new Context(question, end, timelines);
        return [.. timelines.OrderBy(t => t.Forecaster, StringComparer.Ordinal).Select(context.Row)];
    }

    /// <summary>One question's window with its crowd, against which each forecaster is scored.</summary>
    private sealed class Context
    {
        private readonly ScoredQuestion _question;
        private readonly long _start;
        private readonly long _end;
        private readonly double _lifetime;
        private readonly long _spot;
        private readonly IReadOnlyList<long> _days;
        private readonly Dictionary<string, IReadOnlyList<Standing>> _standing;
        private readonly IReadOnlyList<string> _members;
        private readonly CrowdLog _crowd;
        private readonly double[] _crowdMedians;
        private readonly IReadOnlyList<(string Name, Func<Prediction, double> Value)> _rules;

        public Context(ScoredQuestion question, DateTimeOffset end, IReadOnlyList<ForecastTimeline> timelines)
        {
            _question = question;
            (_start, _end) = (question.OpensAt.UtcTicks, end.UtcTicks);
            _lifetime = question.ClosesAt.UtcTicks - _start;
            _spot = Math.Min((question.SpotAt ?? question.OpensAt + ((question.ClosesAt - question.OpensAt) / 2)).UtcTicks, _end);
            _days = WholeDays.EndsWithin(question.OpensAt, end);
            _standing = timelines.ToDictionary(t => t.Forecaster, t => StandingForecasts.Within(t.Steps, question.OpensAt, end), StringComparer.Ordinal);
            _members = [.. timelines.Where(t => Crowd.Counts(t.Kind)).Select(t => t.Forecaster)];
            _crowd = new CrowdLog(_members.SelectMany(m => _standing[m].Select(s => (s.From, s.To, LogProbability(s.Prediction).Log, m))));
            _rules = question.Outcome switch
            {
                OutcomeValue.Option(var o) =>
                [
                    ("brier", p => CategoricalRules.Brier(Probabilities(p), o)),
                    ("brierGjp", p => CategoricalRules.BrierGjp(Probabilities(p), o)),
                    .. question.Type == QuestionType.Ordered
                        ? [("brierOrdered", p => CategoricalRules.BrierOrdered(Probabilities(p), o))]
                        : Array.Empty<(string, Func<Prediction, double>)>(),
                    ("log", p => CategoricalRules.Log(Probabilities(p), o)),
                    ("spherical", p => CategoricalRules.Spherical(Probabilities(p), o)),
                ],
                OutcomeValue.Point(var y) =>
                [
                    ("crps", p => new StatedDistribution((Prediction.Quantiles)p, question.Range!).Crps(y)),
                    ("pinball", p => StatedDistribution.Pinball((Prediction.Quantiles)p, y)),
                ],
                _ => throw new InvalidOperationException(),
            };
            _crowdMedians = question.Range is null ? [.. _days.Select(CrowdMedian)] : [];
        }

        public ScoreRow Row(ForecastTimeline timeline)
        {
            var standing = _standing[timeline.Forecaster];
            var scores = new SortedDictionary<string, double?>(StringComparer.Ordinal);
            var notes = new SortedDictionary<string, string>(StringComparer.Ordinal);
            void Set(string key, double? value, string? note)
            {
                scores[key] = value;
                if (note is not null) notes[key] = note;
            }

            var stood = Integral(standing, _ => 1);
            foreach (var (name, value) in _rules)
            {
                var last = standing.Count > 0 && standing[^1].To == _end ? standing[^1].Prediction : null;
                var clip = name == "log" ? ClipNote(standing) : null;
                Set($"{name}.final", last is null ? null : value(last), last is null ? "No forecast stood at the end of the scoring window." : clip);
                Set($"{name}.timeAveraged", stood > 0 ? Integral(standing, value) / stood : null, stood > 0 ? clip : NeverStood);
                var days = Daily(standing, value);
                Set($"{name}.dailyAveraged", days.Count > 0 ? CompensatedSum.Of(days) / days.Count : null, days.Count > 0 ? clip : "No forecast stood at the end of any whole day in the window.");
            }

            var isMember = Crowd.Counts(timeline.Kind);
            var logNote = stood > 0 ? ClipNote(standing) : NeverStood;
            Set("baseline", stood > 0 ? Integral(standing, Baseline) / _lifetime : null, logNote);
            Set("peer", stood > 0 ? Peer(standing, isMember) / _lifetime : null, logNote);

            var atSpot = StandingForecasts.At(standing, _spot, _end);
            const string NoSpot = "No forecast stood at the spot time.";
            Set("spotBaseline", atSpot is null ? null : Baseline(atSpot), atSpot is null ? NoSpot : logNote);
            Set("spotPeer", atSpot is null ? null : SpotPeer(atSpot, isMember), atSpot is null ? NoSpot : logNote);
            if (_question.Range is null)
            {
                Set("relativeBrier", stood > 0 && _days.Count > 0 ? RelativeBrier(standing) : null, stood > 0 ? _days.Count > 0 ? null : "The window holds no whole day." : NeverStood);
            }

            return new ScoreRow(timeline.Forecaster, timeline.Kind, stood / _lifetime, StandingForecasts.Revisions(standing), scores, notes);
        }

        private double Half => _question.Range is null ? 1 : 0.5;

        private double Peer(IReadOnlyList<Standing> standing, bool isMember)
        {
            var sum = default(CompensatedSum);
            foreach (var s in standing) sum.Add(_crowd.Integral(s.From, s.To, LogProbability(s.Prediction).Log, isMember));
            return 100 * Half * sum.Value;
        }

        private double SpotPeer(Prediction prediction, bool isMember)
        {
            var logs = _members.Select(m => StandingForecasts.At(_standing[m], _spot, _end)).OfType<Prediction>().Select(p => LogProbability(p).Log).Order().ToList();
            var sum = CompensatedSum.Of(logs);
            var own = LogProbability(prediction).Log;
            if (isMember) return logs.Count < 2 ? 0 : 100 * Half * ((logs.Count * own) - sum) / (logs.Count - 1);
            return logs.Count == 0 ? 0 : 100 * Half * (own - (sum / logs.Count));
        }

        private double Baseline(Prediction prediction) => _question.Outcome switch
        {
            OutcomeValue.Option => 100 * (LogProbability(prediction).Log + Math.Log(_question.OptionCount)) / Math.Log(_question.OptionCount),
            OutcomeValue.Point(var y) => 100 * Half * (LogProbability(prediction).Log - Math.Log(StatedDistribution.ReferenceProbability(_question.Range!, y))),
            _ => throw new InvalidOperationException(),
        };

        private double RelativeBrier(IReadOnlyList<Standing> standing)
        {
            var sum = default(CompensatedSum);
            for (var d = 0; d < _days.Count; d++)
            {
                if (StandingForecasts.Before(standing, _days[d], _start) is { } own) sum.Add(DayRule(own) - (double.IsNaN(_crowdMedians[d]) ? DayRule(own) : _crowdMedians[d]));
            }

            return sum.Value / _days.Count;
        }

        private double CrowdMedian(long day)
        {
            var values = _members.Select(m => StandingForecasts.Before(_standing[m], day, _start)).OfType<Prediction>().Select(DayRule).Order().ToList();
            if (values.Count == 0) return double.NaN;
            return values.Count % 2 == 1 ? values[values.Count / 2] : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
        }

        private double DayRule(Prediction p)
        {
            var o = ((OutcomeValue.Option)_question.Outcome).Index;
            return _question.Type == QuestionType.Ordered ? CategoricalRules.BrierOrdered(Probabilities(p), o) : CategoricalRules.BrierGjp(Probabilities(p), o);
        }

        private List<double> Daily(IReadOnlyList<Standing> standing, Func<Prediction, double> value) =>
            [.. _days.Select(d => StandingForecasts.Before(standing, d, _start)).OfType<Prediction>().Select(value)];

        private string? ClipNote(IReadOnlyList<Standing> standing) => !standing.Any(s => LogProbability(s.Prediction).Clipped)
            ? null
            : _question.Range is null ? "Probabilities were clipped to [0.001, 0.999]." : "The outcome's bin was taken to have the least probability, 0.00001.";

        private (double Log, bool Clipped) LogProbability(Prediction prediction)
        {
            if (_question.Outcome is OutcomeValue.Option(var o))
            {
                var p = Probabilities(prediction)[o];
                return (Math.Log(CategoricalRules.Clip(p)), CategoricalRules.IsClipped(p));
            }

            var bin = new StatedDistribution((Prediction.Quantiles)prediction, _question.Range!).BinProbability(((OutcomeValue.Point)_question.Outcome).Value);
            return (Math.Log(Math.Max(bin, StatedDistribution.LeastBinProbability)), bin < StatedDistribution.LeastBinProbability);
        }

        private static double Integral(IReadOnlyList<Standing> standing, Func<Prediction, double> value)
        {
            var sum = default(CompensatedSum);
            foreach (var s in standing) sum.Add((s.To - s.From) * value(s.Prediction));
            return sum.Value;
        }

        private static ReadOnlySpan<double> Probabilities(Prediction prediction) => ((Prediction.Categorical)prediction).Probabilities.AsSpan();
    }
}
