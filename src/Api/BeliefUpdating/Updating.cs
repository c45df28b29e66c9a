using System.Text.Json.Serialization;
using Api.Authorization;
using Api.ComputedResponses;
using Api.Endpoints;
using Api.Paging;
using Api.Questions;
using Api.Requests;
using Api.Scores;
using Domain;
using Domain.BeliefUpdating;
using Domain.Calibration;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Marten;
using Store.Scoring;
using Store.Views;

namespace Api.BeliefUpdating;

/// <summary>How a forecast moved on one question.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Forecasts">How many forecasts were stated, the first one included.</param>
/// <param name="Revisions">How often the forecast was revised.</param>
/// <param name="MeanAbsoluteChange">The mean size of a revision, in probability; null without revisions.</param>
/// <param name="LargestChange">The greatest change between two of them, in probability.</param>
/// <param name="Movement">The sum of the squared changes.</param>
/// <param name="UncertaintyReduction">How much p(1−p) fell from the first forecast to the last.</param>
/// <param name="Excess">Movement less the reduction; 0 in expectation for a Bayesian.</param>
/// <param name="FirstMadeAt">When the first was made.</param>
/// <param name="LastMadeAt">When the last was made.</param>
public sealed record MovementAnswer(
    string Question,
    int Forecasts,
    int Revisions,
    double? MeanAbsoluteChange,
    double LargestChange,
    double Movement,
    double UncertaintyReduction,
    double Excess,
    DateTimeOffset FirstMadeAt,
    DateTimeOffset LastMadeAt
)
{
    public static MovementAnswer Of(ForecastMovement m) =>
        new(
            m.Question,
            m.Forecasts,
            m.Revisions,
            m.Revisions == 0 ? null : m.AbsoluteChange / m.Revisions,
            m.LargestChange,
            m.Movement,
            m.UncertaintyReduction,
            m.Excess,
            m.FirstMadeAt,
            m.LastMadeAt
        );
}

/// <summary>How an analyst's forecasts move.</summary>
/// <param name="Status">Whether <paramref name="Z"/> stands.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Questions">How many questions it is made of.</param>
/// <param name="Revisions">How often the forecast was revised.</param>
/// <param name="MeanAbsoluteChange">The mean size of a revision, in probability; null without revisions.</param>
/// <param name="Movement">The sum of the squared changes.</param>
/// <param name="UncertaintyReduction">How much p(1−p) fell, summed.</param>
/// <param name="Excess">Movement less the reduction; 0 in expectation for a Bayesian.</param>
/// <param name="Z">How far the excess is from 0, in standard errors.</param>
/// <param name="LastMadeAt">When the analyst last made or revised a forecast.</param>
/// <param name="LeftOut">
/// The questions that are not counted: movement is that of probabilities, and a number or a date is forecast by quantiles; null where there are none.
/// </param>
/// <param name="Items">The questions of the page.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record UpdatingAnswer(
    string Status,
    string? Reason,
    int Questions,
    int Revisions,
    double? MeanAbsoluteChange,
    double? Movement,
    double? UncertaintyReduction,
    double? Excess,
    double? Z,
    DateTimeOffset? LastMadeAt,
    LeftOut? LeftOut,
    IReadOnlyList<MovementAnswer> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next
);

/// <summary>Shows how an analyst's forecasts move.</summary>
public static class Updatings
{
    public static void MapUpdating(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/analysts/{analyst}/updating", GetAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([QuestionFilters.Tag, QuestionFilters.Type, .. QueryParameters.AsOfAndKnownAt, ImportedChoices.Parameter, .. PageParameters.All])
            .WithTags("Belief updating")
            .Produces<UpdatingAnswer>();

    /// <summary>Show how an analyst's forecasts move</summary>
    /// <remarks>
    /// How an analyst's forecasts move, over all questions that are not annulled and by question. `movement` is Σ(pₜ−pₜ₋₁)², `uncertaintyReduction`
    /// p₀(1−p₀) − p_T(1−p_T); their difference `excess` is 0 in expectation for a Bayesian, and `z` says how far it is from that. The numbers at the top
    /// are of all questions, whatever the page. Movement and uncertainty are defined for probabilities: questions of numbers and dates, which are
    /// forecast by quantiles, are left out, and `leftOut` counts them. `asOf`: only what was stated by that instant, and the windows by the outcomes that
    /// stood then in the world's log; `knownAt`: only what was recorded here by then; both instants are included. `imported`: `exclude` leaves out the
    /// questions on which the analyst has an imported step, `only` all others.
    /// </remarks>
    public static Task<IResult> GetAsync(string analyst, HttpContext http, IQuerySession session, ComputedResponseCache answers)
    {
        var filter = new ScoreFilter(http.Request.Text(QuestionFilters.Tag), http.Request.Choice<QuestionType>(QuestionFilters.Type));
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var imported = http.Request.Imported(ImportedScope.Include);
        return answers.AnswerAsync(
            http,
            new Computation<UpdatingAnswer>(
                async (snapshot, token) =>
                {
                    if (await snapshot.LastScoringAsync(session, analyst, token) is null)
                        return null;

                    // The close and the outcome of a question end its window, so any question's change may matter.
                    return await snapshot.WithStepsAsync(
                        Math.Max(await snapshot.LastStepAsync(analyst, token) ?? 0, await snapshot.LastChangeAsync(token)),
                        token
                    );
                },
                async (snapshot, token) => Answer(await snapshot.ForecastsAsync(analyst, filter, imported, token)),
                answer => 200L * answer.Items.Count,
                answer =>
                {
                    var page = Page<MovementAnswer>.Of(
                        [.. answer.Items.SkipWhile(i => string.CompareOrdinal(i.Question, after) <= 0).Take(limit + 1)],
                        limit,
                        i => i.Question
                    );
                    return answer with { Items = page.Items, Next = page.Next };
                },
                null,
                () => Forecasters.Missing(analyst)
            )
            {
                At = http.Request.PointInTime(),
            }
        );
    }

    private static UpdatingAnswer Answer(IReadOnlyList<ForecastRecord> records)
    {
        var groups = records.ToDictionary(r => r.Question, r => r.Group, StringComparer.Ordinal);
        var summary = UpdatingSummary.Of(records.Select(Movement).OfType<ForecastMovement>(), q => groups[q]);
        var distributions = records.Count(r => r.Type.HasRange() && Stood(r).Any());
        var leftOut =
            distributions == 0 ? null : new LeftOut(distributions, "Forecast by quantiles, for which movement and uncertainty reduction are not defined.");
        return new UpdatingAnswer(
            Spelling.Of(summary.Status),
            summary.Items.Count == 0 && leftOut is not null ? "All forecasts are of numbers and dates; see leftOut." : summary.Reason,
            summary.Questions,
            summary.Revisions,
            summary.MeanAbsoluteChange,
            summary.Movement,
            summary.UncertaintyReduction,
            summary.Excess,
            summary.Z,
            summary.Items.Count == 0 ? null : summary.Items.Max(m => m.LastMadeAt),
            leftOut,
            [.. summary.Items.Select(MovementAnswer.Of)],
            null
        );
    }

    private static ForecastMovement? Movement(ForecastRecord record) =>
        ForecastMovement.Of(
            record.Question,
            Stood(record)
                .Where(s => s.Prediction is Prediction.Categorical)
                .Select(s => new StandingProbabilities(
                    new DateTimeOffset(s.From, TimeSpan.Zero),
                    new DateTimeOffset(s.To, TimeSpan.Zero),
                    ((Prediction.Categorical)s.Prediction).Probabilities
                )),
            record.End
        );

    private static IReadOnlyList<StandingInterval> Stood(ForecastRecord record) => StandingIntervals.OfForecaster(record.Steps, record.OpensAt, record.End);
}
