using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>1 on the status quo, where the question names one: the persistence forecast, that nothing changes.</summary>
public sealed class StatusQuo : ReferenceForecaster
{
    internal StatusQuo()
        : base("status-quo", place: 30) { }

    /// <inheritdoc/>
    public override IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(question);
        return question.OptionCount > 0 && question.StatusQuo is OutcomeValue.Option(var option)
            ? [new ForecastStep(question.OpensAt, 0, CertainOf(option, question.OptionCount))]
            : null;
    }

    /// <summary>1 on one option and 0 on the others.</summary>
    /// <param name="option">The index of the option, from 0.</param>
    /// <param name="options">How many options there are.</param>
    public static Prediction CertainOf(int option, int options) =>
        new Prediction.Categorical([.. Enumerable.Range(0, options).Select(k => k == option ? 1.0 : 0.0)]);
}
