using System.Text.Json;
using Api.Access;
using Api.AskingQuestions;
using Api.Http;
using Domain;
using Domain.People;
using Domain.Questions;
using Marten;
using Store.Scores;

namespace Api.ViewingScores;

public sealed record ScoresAnswer(
    string Question, int Generation, string RuleSet, string Trigger, DateTimeOffset ScoredAt, JsonElement Outcome, IReadOnlyList<ScoreRowAnswer> Items);

public sealed record ScoreRowAnswer(
    string Forecaster,
    ForecasterKind Kind,
    double Coverage,
    int Revisions,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] IReadOnlyDictionary<string, double?> Scores,
    IReadOnlyDictionary<string, string> Notes);

public sealed record GenerationAnswer(int Generation, string RuleSet, string Trigger, DateTimeOffset ScoredAt, JsonElement Outcome, long TriggerEvent, long LastEventRead, int Forecasters);

/// <summary>Scores by question, with every generation that was ever made.</summary>
public static class Scores
{
    public static void MapScores(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/questions/{slug}/scores", GetAsync).Reads().Knows("generation").Produces<ScoresAnswer>();
        routes.MapGet("/questions/{slug}/scores/generations", GenerationsAsync).Reads().Knows().Produces<Page<GenerationAnswer>>();
    }

    private static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session)
    {
        var wanted = http.Request.WholeNumber("generation", 1, int.MaxValue);
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        if (await GenerationLog.FindAsync(session, slug, wanted, http.RequestAborted) is not var (scored, at))
        {
            return wanted is not null && await GenerationLog.LatestHeadAsync(session, slug, http.RequestAborted) is { } latest
                ? Problems.NotFound($"'{slug}' has no generation {wanted} of scores; the latest is {latest.Generation}.")
                : Problems.NotFound($"'{slug}' is {Parameters.Spelling(question.Status)} and has not been scored.");
        }

        return EntityTags.Tagged(
            http,
            new ScoresAnswer(
                slug,
                scored.Generation,
                scored.RuleSet,
                scored.Trigger,
                at,
                QuestionAnswer.OutcomeJson(question.Type, scored.Outcome),
                [.. scored.Rows.Select(r => new ScoreRowAnswer(r.Forecaster, r.Kind, r.Coverage, r.Revisions, r.Scores, r.Notes))]),
            scored.Generation);
    }

    private static async Task<IResult> GenerationsAsync(string slug, HttpContext http, IQuerySession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var generations = await GenerationLog.HeadsAsync(session, slug, http.RequestAborted);
        return Results.Ok(new Page<GenerationAnswer>(
            [
                .. generations.Select(g => new GenerationAnswer(
                    g.Generation, g.RuleSet, g.Trigger, g.ScoredAt, QuestionAnswer.OutcomeJson(question.Type, g.Outcome), g.TriggerEvent, g.LastEventRead, g.Forecasters)),
            ],
            null));
    }
}
