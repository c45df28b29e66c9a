using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.TrackRecords;

namespace Domain.ReferenceForecasters;

/// <summary>
/// On a yes-or-no question with a status quo: a change comes at a constant hazard that gives it even odds over the scheduled lifetime ⟨t0, T). So at t the
/// status quo lasts until T with probability 2^(−(T − t)/(T − t0)): one half at opening, certain at the close. Restated on the first of each month.
/// </summary>
public sealed class ConstantHazard : ReferenceForecaster
{
    internal ConstantHazard()
        : base("constant-hazard", place: 40) { }

    /// <inheritdoc/>
    public override IReadOnlyList<ForecastStep>? Steps(ResolvedQuestion question, IReadOnlyList<EarlierOutcome> earlier, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(question);
        return question.Type.IsYesOrNo() && question.StatusQuo is OutcomeValue.Option(var standing)
            ? Steps(question.OpensAt, question.ClosesAt, standing == 0, [], until)
            : null;
    }

    /// <summary>The forecast restated at the opening, on the first of each month in UTC, and at the instants given.</summary>
    /// <param name="opensAt">The start of the scheduled lifetime.</param>
    /// <param name="closesAt">Its end.</param>
    /// <param name="statusQuoIsYes">Whether the question comes out yes if nothing changes.</param>
    /// <param name="instants">Further instants; those outside ⟨<paramref name="opensAt"/>, <paramref name="until"/>) do not count.</param>
    /// <param name="until">The instant before which steps are wanted.</param>
    public static IReadOnlyList<ForecastStep> Steps(
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
}
