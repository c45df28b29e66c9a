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

    /// <summary>1/K on each of K options.</summary>
    public static Prediction Over(int options) => new Prediction.Categorical([.. Enumerable.Repeat(1.0 / options, options)]);
}
