using Domain.Scoring.Points;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Scoring.Explaining;

/// <summary>Takes the scores of one forecaster apart, interval by interval.</summary>
internal sealed class Explanations(SweepTrace trace, ApplicableRules rules, ScoringWindow window)
{
    /// <summary>An explanation for each score that the row defines, under the same keys.</summary>
    public IReadOnlyDictionary<string, ScoreExplanation> Of(ScoreRow row)
    {
        var explanations = new SortedDictionary<string, ScoreExplanation>(StringComparer.Ordinal);
        foreach (var reported in rules.Reported)
        {
            double Of(RuleValues values) => reported.Reading(values);
            Explain(reported.Rule.Final, () => Instant(window.End, s => Of(s.Values)));
            Explain(reported.Rule.TimeAveraged, () => Standing(Of));
            Explain(reported.Rule.DailyAveraged, () => Daily(Of));
        }

        Explain(
            PointScores.Baseline,
            () => trace.Intervals.Select(s => Part(s, s.From, s.To, (s.To - s.From) / window.Lifetime, rules.Baseline(s.Values.LogP)))
        );
        Explain(PointScores.Peer, Peer);
        Explain(PointScores.SpotBaseline, () => Instant(window.Spot, s => rules.Baseline(s.Values.LogP)));
        Explain(
            PointScores.SpotPeer,
            () => Instant(window.Spot, s => rules.PeerUnit * trace.SpotCrowd.Momentary(s.Values.LogP, s.IsMember), trace.SpotCrowd.Count)
        );
        Explain(PointScores.RelativeBrier, Relative);
        return explanations;

        void Explain(ScoreKey key, Func<IEnumerable<ExplainedInterval>> parts)
        {
            if (row.Scores.GetValueOrDefault(key.Name) is null)
                return;
            var intervals = parts().ToList();
            explanations[key.Name] = new ScoreExplanation(intervals, CompensatedSum.Of(intervals.Select(i => i.Contribution)));
        }
    }

    /// <summary>What stood just before an instant.</summary>
    private IEnumerable<ExplainedInterval> Instant(long instant, Func<TracedInterval, double> of, int? peers = null)
    {
        foreach (var s in trace.Intervals)
        {
            if (s.From < instant && instant <= s.To)
                yield return Part(s, s.From, instant, 1, of(s), peers);
        }
    }

    private IEnumerable<ExplainedInterval> Standing(Func<RuleValues, double> of)
    {
        double stood = trace.Intervals.Sum(s => s.To - s.From);
        return trace.Intervals.Select(s => Part(s, s.From, s.To, (s.To - s.From) / stood, of(s.Values)));
    }

    private IEnumerable<ExplainedInterval> Daily(Func<RuleValues, double> of)
    {
        double days = trace.Intervals.Sum(s => window.DaysUpto(s.To) - window.DaysUpto(s.From));
        return from s in trace.Intervals
            let count = window.DaysUpto(s.To) - window.DaysUpto(s.From)
            where count > 0
            select Part(s, s.From, s.To, count / days, of(s.Values));
    }

    private IEnumerable<ExplainedInterval> Peer()
    {
        var crowd = 0;
        foreach (var s in trace.Intervals)
        {
            for (var from = s.From; from < s.To; )
            {
                while (crowd + 1 < trace.Crowds.Count && trace.Crowds[crowd + 1].From <= from)
                    crowd++;
                var next =
                    crowd < trace.Crowds.Count && trace.Crowds[crowd].From > from ? trace.Crowds[crowd].From
                    : crowd + 1 < trace.Crowds.Count ? trace.Crowds[crowd + 1].From
                    : s.To;
                var to = Math.Min(next, s.To);
                var (count, sum) =
                    crowd < trace.Crowds.Count && trace.Crowds[crowd].From <= from ? (trace.Crowds[crowd].Count, trace.Crowds[crowd].Sum) : (0, 0);
                yield return Part(
                    s,
                    from,
                    to,
                    (to - from) / window.Lifetime,
                    rules.PeerUnit * PeerScoreIntegral.Momentary(s.Values.LogP, count, sum, s.IsMember),
                    count
                );
                from = to;
            }
        }
    }

    private IEnumerable<ExplainedInterval> Relative()
    {
        foreach (var s in trace.Intervals)
        {
            var (from, to) = (window.DaysUpto(s.From), window.DaysUpto(s.To));
            for (var day = from; day < to; )
            {
                // Days on which the crowd's median was the same are one interval.
                var end = day + 1;
                while (end < to && trace.Daily[end] == trace.Daily[day])
                    end++;
                var value = trace.Daily[day] is { } median ? rules.DayLoss(s.Values) - median : 0;
                yield return Part(s, window.EndOfDay(day) - TimeSpan.TicksPerDay, window.EndOfDay(end - 1), (end - day) / (double)window.Days, value);
                day = end;
            }
        }
    }

    private static ExplainedInterval Part(TracedInterval s, long from, long to, double weight, double value, int? peers = null) =>
        new(new DateTimeOffset(from, TimeSpan.Zero), new DateTimeOffset(to, TimeSpan.Zero), s.Prediction, weight, value, weight * value, peers, s.Seal);
}
