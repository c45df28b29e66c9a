using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>Baselines that anybody could have stated without knowing anything: each a formula, each without look-ahead.</summary>
public static class ReferenceForecasts
{
    public const string Uniform = ComputedNames.Uniform;
    public const string BaseRate = ComputedNames.BaseRate;
    public const string StatusQuo = ComputedNames.StatusQuo;
    public const string ConstantHazard = ComputedNames.ConstantHazard;

    /// <summary>The references that apply to a question, up to an instant.</summary>
    /// <param name="q">The question.</param>
    /// <param name="earlier">How earlier questions under its tag came out.</param>
    /// <param name="until">The instant before which steps are wanted.</param>
    public static IEnumerable<ForecastTimeline> All(ResolvedQuestion q, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(q);
        if (q.OptionCount > 0)
        {
            yield return Timeline(Uniform, [new ForecastStep(q.OpensAt, 0, UniformOver(q.OptionCount))]);
            yield return Timeline(BaseRate, BaseRateSteps(q, earlier, until));
        }

        if (q.StatusQuo is not OutcomeValue.Option(var standing) || q.OptionCount == 0)
            yield break;
        yield return Timeline(StatusQuo, [new ForecastStep(q.OpensAt, 0, Certain(standing, q.OptionCount))]);
        if (q.Type == QuestionType.Binary)
            yield return Timeline(ConstantHazard, ConstantHazardSteps(q.OpensAt, q.ClosesAt, standing == 0, [], until));
    }

    /// <summary>1/K on each of K options.</summary>
    public static Prediction UniformOver(int options) => new Prediction.Categorical([.. Enumerable.Repeat(1.0 / options, options)]);

    /// <summary>1 on one option: the persistence forecast, that nothing changes.</summary>
    public static Prediction Certain(int option, int options) =>
        new Prediction.Categorical([.. Enumerable.Range(0, options).Select(k => k == option ? 1.0 : 0.0)]);

    /// <summary>
    /// A change comes at a constant hazard that gives it even odds over the scheduled lifetime ⟨t0, T), so that at t the status quo lasts until
    /// T with probability 2^(−(T − t)/(T − t0)): one half at opening, certain at the close. Restated at opening, on the first of each month, and
    /// at the instants given.
    /// </summary>
    /// <param name="statusQuoIsYes">Whether the question comes out yes if nothing changes.</param>
    public static IReadOnlyList<ForecastStep> ConstantHazardSteps(
        DateTimeOffset opensAt,
        DateTimeOffset closesAt,
        bool statusQuoIsYes,
        IEnumerable<DateTimeOffset> instants,
        DateTimeOffset until
    )
    {
        var months = new List<DateTimeOffset>();
        for (
            var month = new DateTimeOffset(opensAt.UtcDateTime.Year, opensAt.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
            month < until;
            month = month.AddMonths(1)
        )
        {
            months.Add(month);
        }

        var lifetime = (double)(closesAt - opensAt).Ticks;
        return
        [
            .. instants
                .Append(opensAt)
                .Concat(months)
                .Where(t => t >= opensAt && t < until)
                .Distinct()
                .Order()
                .Select(
                    (t, i) =>
                    {
                        var lasts = Math.Pow(2, -(closesAt - t).Ticks / lifetime);
                        return new ForecastStep(t, i, Prediction.Categorical.Binary(statusQuoIsYes ? lasts : 1 - lasts));
                    }
                ),
        ];
    }

    /// <summary>
    /// Laplace's rule of succession over the earlier questions under the tag: (n(o) + 1)/(n + K), uniform while none is known; it moves only
    /// after each outcome was known.
    /// </summary>
    private static List<ForecastStep> BaseRateSteps(ResolvedQuestion q, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        var counts = new double[q.OptionCount];
        var steps = new List<ForecastStep> { new(q.OpensAt, 0, UniformOver(q.OptionCount)) };
        foreach (var instant in earlier.Where(e => e.OptionCount == q.OptionCount && e.KnownAt < until).GroupBy(e => e.KnownAt).OrderBy(g => g.Key))
        {
            foreach (var e in instant)
                counts[e.Option] += e.Count;
            var n = counts.Sum();
            var at = instant.Key < q.OpensAt ? q.OpensAt : instant.Key.AddTicks(1);
            steps.Add(new ForecastStep(at, steps.Count, new Prediction.Categorical([.. counts.Select(c => (c + 1) / (n + q.OptionCount))])));
        }

        return steps;
    }

    private static ForecastTimeline Timeline(string forecaster, IReadOnlyList<ForecastStep> steps) => new(forecaster, ForecasterKind.Reference, steps);
}
