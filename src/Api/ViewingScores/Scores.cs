using System.Text.Json;
using Api.Access;
using Api.AskingQuestions;
using Api.Http;
using Domain;
using Domain.People;
using Domain.Questions;
using Domain.Scoring;
using Marten;

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
        var events = await session.Events.FetchStreamAsync(StreamKeys.Scoring(slug), version: wanted ?? 0, token: http.RequestAborted);
        if (events.Count == 0) return Problems.NotFound($"'{slug}' is {Parameters.Spelling(question.Status)} and has not been scored.");
        if (events[^1].Data is not QuestionScored scored || (wanted is { } w && scored.Generation != w))
        {
            return Problems.NotFound($"'{slug}' has no generation {wanted} of scores.");
        }

        return EntityTags.Tagged(
            http,
            new ScoresAnswer(
                slug,
                scored.Generation,
                scored.RuleSet,
                scored.Trigger,
                events[^1].Timestamp,
                QuestionAnswer.OutcomeJson(question.Type, scored.Outcome),
                [.. scored.Rows.Select(r => new ScoreRowAnswer(r.Forecaster, r.Kind, r.Coverage, r.Revisions, r.Scores, r.Notes))]),
            scored.Generation);
    }

    private static async Task<IResult> GenerationsAsync(string slug, HttpContext http, IQuerySession session)
    {
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null) return Questions.Missing(slug);
        var events = await session.Events.FetchStreamAsync(StreamKeys.Scoring(slug), token: http.RequestAborted);
        return Results.Ok(new Page<GenerationAnswer>(
            [
                .. from e in events
                   let s = e.Data as QuestionScored
                   where s is not null
                   select new GenerationAnswer(
                       s.Generation, s.RuleSet, s.Trigger, e.Timestamp, QuestionAnswer.OutcomeJson(question.Type, s.Outcome), s.TriggerEvent, s.LastEventRead, s.Rows.Count),
            ],
            null));
    }
}
