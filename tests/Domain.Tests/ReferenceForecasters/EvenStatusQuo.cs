using Domain.Forecasts;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.Resolutions;
using Domain.TrackRecords;

namespace Domain.Tests.ReferenceForecasters;

/// <summary>Even odds that the status quo lasts, where the question names one, and the rest spread evenly over the other options.</summary>
internal sealed class EvenStatusQuo() : ReferenceForecaster("even-status-quo", place: 50)
{
    public override IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        if (question is not { OptionCount: > 1, StatusQuo: OutcomeValue.Option(var standing) })
            return null;
        var others = 0.5 / (question.OptionCount - 1);
        var stated = Enumerable.Range(0, question.OptionCount).Select(option => option == standing ? 0.5 : others);
        return [new ForecastStep(question.OpensAt, 0, new Prediction.Categorical([.. stated]))];
    }
}
