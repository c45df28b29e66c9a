using Domain.Statistics;

namespace Domain.BeliefUpdating;

/// <summary>How a forecaster's forecasts move, over questions.</summary>
/// <param name="Status">Whether <see cref="Z"/> stands.</param>
/// <param name="Reason">What it lacks; null when it stands.</param>
/// <param name="Questions">How many questions were forecast.</param>
/// <param name="Revisions">How many revisions were made in all.</param>
/// <param name="MeanAbsoluteChange">The mean size of a revision, in probability; null without revisions.</param>
/// <param name="Movement">Mean movement a question; null without questions.</param>
/// <param name="UncertaintyReduction">Mean uncertainty reduction a question; null without questions.</param>
/// <param name="Excess">Mean of movement − uncertainty reduction; null without questions.</param>
/// <param name="Z">
/// Excess over its standard error between questions (groups taken whole): about standard normal for a Bayesian over many questions. Above 2 says that
/// forecasts move more than they learn, below −2 that they move too little. Null unless <see cref="Status"/> is computed.
/// </param>
/// <param name="SinceLast">The shortest time since a revision or first forecast on any of the questions; null without questions.</param>
/// <param name="Items">Question by question, by name.</param>
public sealed record UpdatingSummary(
    StatisticStatus Status,
    string? Reason,
    int Questions,
    int Revisions,
    double? MeanAbsoluteChange,
    double? Movement,
    double? UncertaintyReduction,
    double? Excess,
    double? Z,
    TimeSpan? SinceLast,
    IReadOnlyList<ForecastMovement> Items
)
{
    /// <summary>Sums up movements, one a question, in any order.</summary>
    /// <param name="movements">One a question.</param>
    /// <param name="groupOf">The name of a question's group; null, or a null name, when it stands alone.</param>
    public static UpdatingSummary Of(IEnumerable<ForecastMovement> movements, Func<string, string?>? groupOf = null)
    {
        ArgumentNullException.ThrowIfNull(movements);
        var items = movements.OrderBy(m => m.Question, StringComparer.Ordinal).ToArray();
        if (items.Length == 0)
            return new UpdatingSummary(StatisticStatus.NoData, "There is no forecast.", 0, 0, null, null, null, null, null, null, items);
        var revisions = items.Sum(m => m.Revisions);
        var excess = Array.ConvertAll(items, m => m.Excess);
        var weights = new double[items.Length];
        Array.Fill(weights, 1);
        var mean = ClusteredMean.Of(excess, weights, Comparison.QuestionGroups.Number(items, m => groupOf?.Invoke(m.Question)));
        var (status, reason) = mean switch
        {
            { Clusters: < 2 } => (StatisticStatus.TooFewQuestions, "A spread between questions needs two."),
            { StandardError: > 1e-12 } => (StatisticStatus.Computed, null),
            _ => (StatisticStatus.NoVariation, "The excess is the same on every question."),
        };
        return new UpdatingSummary(
            status,
            reason,
            items.Length,
            revisions,
            revisions == 0 ? null : Sum(items, m => m.AbsoluteChange) / revisions,
            Sum(items, m => m.Movement) / items.Length,
            Sum(items, m => m.UncertaintyReduction) / items.Length,
            mean.Mean,
            status == StatisticStatus.Computed ? mean.Mean / mean.StandardError : null,
            items.Min(m => m.SinceLast),
            items
        );
    }

    private static double Sum(ForecastMovement[] items, Func<ForecastMovement, double> of) => CompensatedSum.Of(Array.ConvertAll(items, m => of(m)));
}
