using Domain.Forecasts;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>
/// Laplace's rule of succession over the earlier questions under the same tag that have as many options: (n(o) + 1)/(n + K), uniform while no outcome is
/// known. It moves only after each outcome was known. Laplace, "Essai philosophique sur les probabilités" (1814).
/// </summary>
public sealed class BaseRate : ReferenceForecaster
{
    internal BaseRate()
        : base("base-rate", place: 20) { }

    /// <inheritdoc/>
    public override bool ReadsEarlierOutcomes => true;

    /// <inheritdoc/>
    public override IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(question);
        var options = question.OptionCount;
        if (options == 0)
            return null;
        var counts = new double[options];
        var steps = new List<ForecastStep> { new(question.OpensAt, 0, Uniform.Over(options)) };
        foreach (var instant in earlier.Where(e => e.OptionCount == options && e.KnownAt < until).GroupBy(e => e.KnownAt).OrderBy(g => g.Key))
        {
            foreach (var e in instant)
                counts[e.Option] += e.Count;
            var n = counts.Sum();
            var at = instant.Key < question.OpensAt ? question.OpensAt : instant.Key.AddTicks(1);
            steps.Add(new ForecastStep(at, steps.Count, new Prediction.Categorical([.. counts.Select(c => (c + 1) / (n + options))])));
        }

        return steps;
    }
}
