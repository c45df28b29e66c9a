using System.Text.Json;
using System.Text.Json.Serialization;
using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace Api.Scores;

/// <summary>The scores of everyone on a question.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Generation">The generation, from 1; 0 before the question was scored.</param>
/// <param name="Status">Why there are these rows, or none.</param>
/// <param name="Reason">Why there are no rows; null where there are.</param>
/// <param name="RuleSet">The version of the rules that the scores are by.</param>
/// <param name="Trigger">Why the generation was made; null before there is one.</param>
/// <param name="ScoredAt">When it was made; null before there is one.</param>
/// <param name="Outcome">What came out; null before there is an outcome.</param>
/// <param name="Items">A row for each forecaster.</param>
/// <param name="Recomputed">
/// Whose rows are not those of the generation, since they rest on other questions that stood otherwise at the instant asked for; null where nobody's
/// are.
/// </param>
/// <param name="Note">By which rule set rows were recomputed, where that of the generation can no longer be computed by; else null.</param>
/// <param name="TriggerEvent">The sequence of the event that claimed the outcome.</param>
/// <param name="LastEventRead">The sequence of the last event of the question and the forecasts on it that was read.</param>
/// <param name="RestsOn">The sequence of the last generation of other questions, or edit of tags, that it rests on; null where it was not noted.</param>
/// <param name="OutcomesAsOf">Up to which instant of the world's log outcomes are in it; null where it was not noted.</param>
public sealed record ScoresAnswer(
    string Question,
    int Generation,
    ScoringStatus Status,
    string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? RuleSet,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Trigger,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ScoredAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] JsonElement? Outcome,
    IReadOnlyList<ScoreRowAnswer> Items,
    IReadOnlyList<string>? Recomputed = null,
    string? Note = null,
    long? TriggerEvent = null,
    long? LastEventRead = null,
    long? RestsOn = null,
    DateTimeOffset? OutcomesAsOf = null
);

/// <summary>A forecaster's scores.</summary>
/// <param name="Forecaster">The forecaster.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Coverage">The share of the question's open time in which a forecast stood, from 0 to 1.</param>
/// <param name="Revisions">How often the forecast was revised.</param>
/// <param name="Imported">Whether the row rests on an imported step: of the forecaster, or for a consensus of a member of the crowd.</param>
/// <param name="AfterOutcome">Whether it rests on one that was recorded here after the outcome was known.</param>
/// <param name="Scores">The scores by their keys; null where one is undefined.</param>
/// <param name="Notes">Why a score is undefined, by its key.</param>
public sealed record ScoreRowAnswer(
    string Forecaster,
    ForecasterKind Kind,
    double Coverage,
    int Revisions,
    bool Imported,
    bool AfterOutcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyDictionary<string, double?> Scores,
    IReadOnlyDictionary<string, string> Notes
);

/// <summary>The scores of everyone on a question, of the latest generation, an earlier one, or as of an instant.</summary>
public static class ScoreEndpoints
{
    private static readonly QueryParameter Generation = QueryParameter.Whole(
        "generation",
        0,
        int.MaxValue,
        "An earlier generation of scores, 0 for before there were any; the latest where it is left out."
    );

    public static void MapScores(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/questions/{slug}/scores", GetAsync)
            .WithTags("Scores")
            .RequireAuthorization(Policies.Read)
            .Knows([Generation, .. QueryParameters.AsOfAndKnownAt, ImportedChoices.Parameter])
            .Produces<ScoresAnswer>();
    }

    /// <summary>Show the scores of everyone on a question</summary>
    /// <remarks>
    /// The latest generation of scores, or the one that `generation` names. Before there is one the answer has generation 0 and no rows, and `status` and
    /// `reason` say why: the question is a draft, open, closed and without an outcome, its outcome is proposed, or it waits to be scored. `asOf`: by the
    /// outcome that stood in the world's log at that instant, the one that was logged last among those known by then; `knownAt`: the last generation
    /// recorded here by then; together: what was both known and recorded. Both instants are included. Rows that rest on other questions
    /// (`consensus:skill-weighted`, `reference:base-rate`) go by how those stood then, and `recomputed` names the ones that the generation has otherwise.
    /// `imported` in a row says that it rests on an imported step (of the forecaster, or for a consensus of a member of the crowd), `afterOutcome` that
    /// it rests on one that was recorded here after the outcome was known. `?imported=exclude` leaves such rows out, `only` all others.
    /// </remarks>
    public static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var wanted = http.Request.WholeNumber(Generation);
        var point = http.Request.PointInTime();
        if (!point.IsPresent)
        {
            return wanted is null
                ? await GetThenAsync(slug, point, http, session, views)
                : Problem.Invalid("generation", $"Ask for generation {wanted}, or for what stood at an instant (asOf, knownAt); not for both.");
        }

        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        if (wanted == 0 || await GenerationLog.FindAsync(session, slug, wanted, http.RequestAborted) is not var (scored, at))
        {
            var latest = (await GenerationLog.LatestHeadAsync(session, slug, http.RequestAborted))?.Generation ?? 0;
            if (wanted > 0)
            {
                return Problem.NotFound(
                    latest > 0
                        ? $"'{slug}' has no generation {wanted} of scores; the latest is {latest}."
                        : $"'{slug}' has no generation {wanted} of scores; it has not been scored."
                );
            }

            var before = ScoringState.Before(question, latest);
            return EntityTags.Tagged(http, new ScoresAnswer(slug, 0, before.Status, before.Reason, null, null, null, null, []));
        }

        return EntityTags.Tagged(
            http,
            Answer(question, scored, at, [], await ForecastLog.ImportedAsync(session, slug, http.RequestAborted), http.Request.Imported(ImportedScope.Include)),
            scored.Generation
        );
    }

    private static async Task<IResult> GetThenAsync(string slug, PointInTime point, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var token = http.RequestAborted;
        if (await EarlierScores.FindAsync(slug, point, session, views, token) is not { } then)
            return QuestionEndpoints.Missing(slug);
        if (then.Generation is not var (scored, at))
        {
            var before = await EarlierScores.NothingAsync(then.Question, point, session, token);
            return EntityTags.Tagged(http, new ScoresAnswer(slug, 0, before.Status, before.Reason, null, null, null, null, []));
        }

        return EntityTags.Tagged(
            http,
            Answer(
                then.Question,
                scored with
                {
                    Rows = then.Rows,
                },
                at,
                then.Recomputed,
                await ForecastLog.ImportedAsync(session, slug, token),
                http.Request.Imported(ImportedScope.Include)
            )
        );
    }

    private static ScoresAnswer Answer(
        Question question,
        QuestionScored scored,
        DateTimeOffset at,
        IReadOnlyList<string> recomputed,
        ImportedMarks marks,
        ImportedScope imported
    )
    {
        var state = ScoringState.Of(scored);
        return new ScoresAnswer(
            question.Slug,
            scored.Generation,
            state.Status,
            state.Reason,
            scored.RuleSet,
            scored.Trigger.Word(),
            at,
            QuestionAnswer.OutcomeJson(question.Type, scored.Outcome),
            [
                .. from r in scored.Rows
                let mark = marks.Of(r.Forecaster, r.Kind, scored.LastEventRead, scored.KnownAt)
                where imported.Counts(mark)
                select new ScoreRowAnswer(r.Forecaster, r.Kind, r.Coverage, r.Revisions, mark.Imported, mark.AfterOutcome, r.Scores, r.Notes),
            ],
            recomputed.Count > 0 ? recomputed : null,
            recomputed.Count > 0 && RuleSet.Named(scored.RuleSet) is null
                ? $"{string.Join(" and ", recomputed)} {(recomputed.Count == 1 ? "is" : "are")} recomputed by rule set {RuleSet.Current}: this "
                    + $"version cannot compute by rule set {scored.RuleSet}, by which the other rows are."
                : null,
            scored.TriggerEvent,
            scored.LastEventRead,
            scored.RestsOn,
            scored.OutcomesAsOf
        );
    }
}
