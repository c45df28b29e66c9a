using Domain.Forecasts;
using Domain.People;
using Domain.Scoring;

namespace Domain.Consensus;

/// <summary>The consensus as step functions over time; nothing in them looks ahead of its instant.</summary>
public static class ConsensusTimelines
{
    /// <summary>The weight of thin records in a forecaster's skill: Σ peer/(30 + Σ coverage).</summary>
    private const double Shrinkage = 30;

    private const double LeastSkill = 1e-6;

    /// <summary>Every method's forecaster on a question, <c>consensus:…</c>, up to an instant; those that never stand are left out.</summary>
    public static IEnumerable<ForecastTimeline> All(ScoringInput input, DateTimeOffset until) =>
        from method in Crowd.Methods
        let steps = Of(method, input.Question.OpensAt, input.Question.ClosesAt, input.Forecasts, input.EarlierScores, until)
        where steps.Count > 0
        select new ForecastTimeline($"consensus:{method}", ForecasterKind.Consensus, steps);

    /// <summary>One method's steps on ⟨opensAt, until): a step at each instant at which the crowd changes.</summary>
    public static IReadOnlyList<ForecastStep> Of(
        string method,
        DateTimeOffset opensAt,
        DateTimeOffset closesAt,
        IReadOnlyList<ForecastTimeline> forecasts,
        IReadOnlyList<EarlierScore> earlier,
        DateTimeOffset until)
    {
        var members = forecasts.Where(f => Crowd.Counts(f.Kind))
            .OrderBy(f => f.Forecaster, StringComparer.Ordinal)
            .SelectMany(f => StandingForecasts.Within(f.Steps, opensAt, until)
                .Select(s => (Standing: s, f.Forecaster, Made: MadeAt(f, s))))
            .ToList();
        var instants = members.SelectMany(m => new[] { m.Standing.From, m.Standing.To }).Distinct().Order().ToList();
        var starts = members.OrderBy(m => m.Standing.From).ToList();
        var lifetime = (double)(closesAt - opensAt).Ticks;
        var records = earlier.GroupBy(e => e.Forecaster, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.OrderBy(e => e.KnownAt).ThenBy(e => e.Peer).ToList(), StringComparer.Ordinal);
        var steps = new List<ForecastStep>();
        var standing = new List<(Standing Standing, string Forecaster, (long MadeAt, long Sequence) Made)>();
        var next = 0;
        foreach (var instant in instants)
        {
            standing.RemoveAll(m => m.Standing.To <= instant);
            for (; next < starts.Count && starts[next].Standing.From == instant; next++) standing.Add(starts[next]);
            if (instant >= until.UtcTicks) break;
            var oldestFirst = standing.OrderBy(m => m.Made).ThenBy(m => m.Forecaster, StringComparer.Ordinal)
                .Select(m => new StandingMember(m.Standing.Prediction, (instant - m.Made.MadeAt) / lifetime, Skill(records.GetValueOrDefault(m.Forecaster), instant)))
                .ToList();
            steps.Add(new ForecastStep(new DateTimeOffset(instant, TimeSpan.Zero), steps.Count, Crowd.Of(method, oldestFirst)));
        }

        return steps;
    }

    private static (long MadeAt, long Sequence) MadeAt(ForecastTimeline timeline, Standing standing)
    {
        var step = timeline.Steps.Where(s => s.MadeAt.UtcTicks <= standing.From).MaxBy(s => (s.MadeAt.UtcTicks, s.Sequence));
        return (step.MadeAt.UtcTicks, step.Sequence);
    }

    private static double Skill(List<EarlierScore>? record, long instant)
    {
        if (record is null) return LeastSkill;
        double peer = 0, coverage = 0;
        foreach (var e in record.Where(e => e.KnownAt.UtcTicks < instant)) (peer, coverage) = (peer + e.Peer, coverage + e.Coverage);
        return Math.Max(peer / (Shrinkage + coverage), LeastSkill);
    }
}
