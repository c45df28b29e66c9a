using System.Text.Json;
using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring.Generations;
using Marten;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace Api.Scores;

/// <summary>A generation of scores, with why it was made.</summary>
/// <param name="Generation">The generation, from 1.</param>
/// <param name="RuleSet">The version of the rules that the scores are by.</param>
/// <param name="Trigger">Why it was made.</param>
/// <param name="ScoredAt">When it was made.</param>
/// <param name="Outcome">What came out.</param>
/// <param name="KnownAt">The instant from which the outcome was known.</param>
/// <param name="TriggerEvent">The sequence of the event that claimed the outcome.</param>
/// <param name="LastEventRead">The sequence of the last event of the question and the forecasts on it that was read.</param>
/// <param name="RestsOn">The sequence of the last generation of other questions, or edit of tags, that it rests on; null where it was not noted.</param>
/// <param name="OutcomesAsOf">Up to which instant of the world's log outcomes are in it; null where it was not noted.</param>
/// <param name="Forecasters">How many rows it has, of those asked for.</param>
/// <param name="Imported">Whether it read imported steps.</param>
public sealed record GenerationAnswer(
    int Generation,
    string RuleSet,
    string Trigger,
    DateTimeOffset ScoredAt,
    JsonElement Outcome,
    DateTimeOffset KnownAt,
    long TriggerEvent,
    long LastEventRead,
    long? RestsOn,
    DateTimeOffset? OutcomesAsOf,
    int Forecasters,
    bool Imported
);

/// <summary>Every generation of a question's scores that was ever made.</summary>
public static class ScoreGenerationEndpoints
{
    public static void MapScoreGenerations(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/questions/{slug}/scores/generations", ListAsync)
            .WithTags("Scores")
            .RequireAuthorization(Policies.Read)
            .Knows([.. QueryParameters.AsOfAndKnownAt, ImportedChoices.Parameter, .. PageParameters.All])
            .Produces<Page<GenerationAnswer>>();
    }

    /// <summary>List how often a question was scored, and why</summary>
    /// <remarks>
    /// Every generation of scores with why it was made, the first one first. `asOf`: only those of outcomes that were known by that instant; `knownAt`:
    /// only those recorded here by then. `imported` says that a generation read imported steps; `?imported=exclude` or `only` counts only such rows in
    /// `forecasters`.
    /// </remarks>
    public static async Task<IResult> ListAsync(string slug, HttpContext http, IQuerySession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        var generations = await GenerationLog.HeadsAsync(session, slug, http.Request.PointInTime(), http.RequestAborted);
        var (marks, imported) = (await ForecastLog.ImportedAsync(session, slug, http.RequestAborted), http.Request.Imported(ImportedScope.Include));
        var counted = generations.ToDictionary(g => g.Generation, g => g.Forecasters);
        if (imported != ImportedScope.Include)
        {
            foreach (var generation in generations)
            {
                if (await GenerationLog.FindAsync(session, slug, generation.Generation, http.RequestAborted) is not var (scored, _))
                    continue;
                counted[generation.Generation] = scored.Rows.Count(r => imported.Counts(marks.Of(r.Forecaster, r.Kind, scored.LastEventRead, scored.KnownAt)));
            }
        }

        var answers = generations.Select(g => new GenerationAnswer(
            g.Generation,
            g.RuleSet,
            g.Trigger.Word(),
            g.ScoredAt,
            QuestionAnswer.OutcomeJson(question.Type, g.Outcome),
            g.KnownAt,
            g.TriggerEvent,
            g.LastEventRead,
            g.RestsOn,
            g.OutcomesAsOf,
            counted[g.Generation],
            marks.Any(g.LastEventRead)
        ));
        return Results.Ok(
            Page<GenerationAnswer>.Within(http.Request, [.. answers], g => g.Generation.ToString("d10", System.Globalization.CultureInfo.InvariantCulture))
        );
    }
}
