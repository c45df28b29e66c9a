using Domain.Forecasts;
using Domain.Questions;
using Domain.ReferenceForecasters;
using Domain.TrackRecords;

namespace Domain.Tests.ReferenceForecasters;

/// <summary>Even odds on the first option, and the rest spread evenly over the others.</summary>
internal sealed class FirstOption() : ReferenceForecaster("first-option", place: 50)
{
    public override IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until) =>
        question.OptionCount < 2
            ? null
            :
            [
                new ForecastStep(
                    question.OpensAt,
                    0,
                    new Prediction.Categorical([0.5, .. Enumerable.Repeat(0.5 / (question.OptionCount - 1), question.OptionCount - 1)])
                ),
            ];
}
