using System.Text.Json;
using System.Text.Json.Serialization;
using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Questions;
using Api.Requests;
using Domain.Questions;
using Domain.Scoring;
using Marten;
using Store.Scoring;
using Store.Views;

namespace Api.Scores;

/// <summary>A forecaster's scores on one question.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Type">What the question asks for.</param>
/// <param name="Tags">The question's tags.</param>
/// <param name="Group">The question's group; null where it has none.</param>
/// <param name="Outcome">What came out.</param>
/// <param name="KnownAt">The instant from which the outcome was known.</param>
/// <param name="Generation">The generation of scores, from 1.</param>
/// <param name="Coverage">The share of the question's open time in which a forecast stood, from 0 to 1.</param>
/// <param name="Revisions">How often the forecast was revised.</param>
/// <param name="Imported">Whether the row rests on an imported step: of the analyst, or for a consensus of a member of the crowd.</param>
/// <param name="AfterOutcome">Whether it rests on one that was recorded here after the outcome was known.</param>
/// <param name="Unrevealed">Whether a seal has a share of it that has not been revealed, and that counts as the uniform forecast.</param>
/// <param name="Scores">The scores by their keys; null where one is undefined.</param>
public sealed record AnalystScoreAnswer(
    string Question,
    QuestionType Type,
    IReadOnlyList<string> Tags,
    string? Group,
    JsonElement Outcome,
    DateTimeOffset KnownAt,
    int Generation,
    double Coverage,
    int Revisions,
    bool Imported,
    bool AfterOutcome,
    bool Unrevealed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyDictionary<string, double?> Scores
);

/// <summary>One forecaster's scores, question by question, as the latest generations have them.</summary>
public static class AnalystScores
{
    public static void MapAnalystScores(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/analysts/{analyst}/scores", GetAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([
                QuestionFilters.Tag,
                QuestionFilters.Type,
                RequestedScoreKeys.Rule,
                ScoreFilters.From,
                ScoreFilters.To,
                .. QueryParameters.AsOfAndKnownAt,
                ImportedChoices.Parameter,
                .. PageParameters.All,
            ])
            .WithTags("Scores")
            .Produces<Page<AnalystScoreAnswer>>();

    /// <summary>List an analyst's scores</summary>
    /// <remarks>
    /// The scores of an analyst, `consensus:…` or `reference:…` by question. `tag`, `type`: only such questions. `rule`: only this
    /// score (`peer`, `brier.final`) or the scores of this rule (`brier`). `from`, `to`: only questions whose outcome was known from one instant until
    /// before the other. Scores that do not apply to a question's type are left out; null says that one is undefined, and the question's scores say why.
    /// `asOf`, `knownAt`: as the outcomes stood in the world's log at that instant, and by the generations recorded here by then; both instants are
    /// included. `imported`: `exclude` leaves out the rows that rest on an imported step, `only` all others; without it they are all there, and marked.
    /// </remarks>
    public static async Task<IResult> GetAsync(string analyst, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var (limit, after) = (http.Request.Limit(), http.Request.Cursor() ?? "");
        var filter = ScoreFilters.Of(http.Request);
        var keys = RequestedScoreKeys.Named(http.Request.Text(RequestedScoreKeys.Rule));
        await using var snapshot = await views.OpenAsync(http.Request.PointInTime(), http.RequestAborted);
        if (await snapshot.LastScoringAsync(session, analyst, http.RequestAborted) is null)
            return Forecasters.Missing(analyst);
        var rows = await snapshot.RowsAsync(analyst, filter, http.Request.Imported(ImportedScope.Include), after, limit + 1, http.RequestAborted);
        return EntityTags.Tagged(http, Page<AnalystScoreAnswer>.Of([.. rows.Select(r => Answer(r, keys))], limit, r => r.Question));
    }

    private static AnalystScoreAnswer Answer(RecordedRow r, IReadOnlyCollection<ScoreKey> keys) =>
        new(
            r.Question,
            r.Type,
            r.Tags,
            r.Group,
            QuestionAnswer.OutcomeJson(r.Type, r.Outcome),
            r.KnownAt,
            r.Generation,
            r.Coverage,
            r.Revisions,
            r.Mark.Imported,
            r.Mark.AfterOutcome,
            r.Unrevealed,
            r.Scores.Where(s => keys.Contains(s.Key) && s.Key.AppliesTo.Contains(r.Type)).ToDictionary(s => s.Key.Name, s => s.Value, StringComparer.Ordinal)
        );
}
