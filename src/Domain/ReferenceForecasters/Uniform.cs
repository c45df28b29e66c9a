using Domain.Distributions;
using Domain.Forecasts;
using Domain.Questions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>1/K on each of K options, from the opening on.</summary>
public sealed class Uniform : ReferenceForecaster
{
    internal Uniform()
        : base("uniform", place: 10) { }

    /// <inheritdoc/>
    public override IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(question);
        return question.OptionCount == 0 ? null : [new ForecastStep(question.OpensAt, 0, Over(question.OptionCount))];
    }

    /// <summary>
    /// What a seal that was never revealed counts for: 1/K on each of K options; on a range the even distribution over it, with 0.05 beyond each open end, for
    /// which <c>baseline</c> is 0.
    /// </summary>
    /// <param name="options">How many options the question has; 0 where it has a range.</param>
    /// <param name="range">The range of a number or a date; null where the question has options.</param>
    public static Prediction On(int options, QuestionRange? range) =>
        range is null
            ? Over(options)
            : new Prediction.Quantiles([
                new Quantile(range.OpenLower ? OutcomeBins.BeyondAnEnd : 0, range.Min),
                new Quantile(range.OpenUpper ? 1 - OutcomeBins.BeyondAnEnd : 1, range.Max),
            ]);

    /// <summary>1/K on each of K options.</summary>
    public static Prediction Over(int options) => new Prediction.Categorical([.. Enumerable.Repeat(1.0 / options, options)]);
}
