using Domain.Crowds;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.Consensus;

/// <summary>The consensus as a step function over time. No step depends on anything later than its instant.</summary>
public static class ConsensusTimelines
{
    /// <summary>
    /// The steps of a method in ⟨opensAt, until): one at each instant at which the crowd changes. For a method that reads track records there is also one a
    /// tick after each instant at which the outcome of an earlier question became known. Where no forecast stands any more, the step states nothing.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="opensAt">The start of the scheduled lifetime.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="forecasts">Everybody's forecasts, in any order; those of persons and bots make up the crowd.</param>
    /// <param name="earlier">How the forecasters did on earlier questions, for a method that reads track records.</param>
    /// <param name="until">The instant before which steps are wanted.</param>
    /// <param name="range">The range of a numeric or date question, else null.</param>
    public static IReadOnlyList<ForecastStep> Of(
        ConsensusMethod method,
        DateTimeOffset opensAt,
        DateTimeOffset closesAt,
        IReadOnlyList<ForecastTimeline> forecasts,
        IReadOnlyList<EarlierScore> earlier,
        DateTimeOffset until,
        QuestionRange? range
    )
    {
        ArgumentNullException.ThrowIfNull(method);
        var (start, end) = (opensAt.UtcTicks, until.UtcTicks);
        var intervals = StandingIntervals.Within(forecasts.Where(f => Crowd.Counts(f.Kind)), start, end).Open();
        var changes = StandingTransitions.Of(intervals.All, end);
        var skills = new SkillRecords(intervals.Forecasters, method.ReadsTrackRecords ? earlier : []);
        var reader = CrowdReader.Of(
            new CrowdMembers(intervals, changes),
            range,
            range is null ? null : OutcomeBins.Of(range, QuestionType.Numeric),
            start,
            closesAt.UtcTicks,
            skills
        );
        if (!reader.Applies(method))
            return [];

        var records = skills.Changes(start, end);
        var next = 0;
        var current = new int[intervals.Forecasters.Length];
        Array.Fill(current, -1);
        var reading = new double[reader.Columns];
        var steps = new List<ForecastStep>();
        for (int c = 0, r = 0; c < changes.Count || r < records.Count; )
        {
            var instant = Math.Min(c < changes.Count ? changes.At(c) : long.MaxValue, r < records.Count ? records[r].Instant : long.MaxValue);
            var changed = false;
            for (; c < changes.Count && changes.At(c) == instant; c++)
            {
                var kind = changes.KindOf(c);
                ref var member = ref current[changes.ForecasterOf(c)];
                if (kind != Transition.Begins)
                    reader.Remove(member);
                member = kind == Transition.Ends ? -1 : next++;
                if (kind != Transition.Ends)
                    reader.Add(member, instant);
                changed = true;
            }

            for (; r < records.Count && records[r].Instant == instant; r++)
            {
                if (current[records[r].Forecaster] is not (>= 0 and var member))
                    continue;
                reader.Reweigh(member, instant);
                changed = true;
            }

            if (!changed)
                continue;
            if (reader.Count > 0)
                reader.Read(method, reading);
            steps.Add(new ForecastStep(new DateTimeOffset(instant, TimeSpan.Zero), steps.Count, reader.Count > 0 ? reader.Prediction(reading, instant) : null));
        }

        return steps;
    }
}
