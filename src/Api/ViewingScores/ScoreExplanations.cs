using Api.Access;
using Api.AskingQuestions;
using Api.Forecasting;
using Api.Http;
using Domain;
using Domain.Questions;
using Domain.Scoring;
using Marten;
using Store.Scores;

namespace Api.ViewingScores;

public sealed record ExplanationInterval(
    DateTimeOffset From, DateTimeOffset To, StatementAnswer Forecast, double Weight, double Value, double Contribution, int? Peers);

public sealed record ScoreExplanationAnswer(IReadOnlyList<ExplanationInterval> Intervals, double Sum);

/// <param name="Generation">The generation that is explained, from 1; 0 before the question was scored.</param>
/// <param name="Status">Why there are scores to explain, or none.</param>
/// <param name="Reason">Why there are none; null where there are.</param>
public sealed record ExplanationAnswer(
    string Question,
    string Forecaster,
    int Generation,
    ScoringStatus Status,
    string? Reason,
    string? RuleSet,
    IReadOnlyDictionary<string, ScoreExplanationAnswer> Scores);

/// <summary>Why a forecaster's scores on a question are what they are.</summary>
public static class ScoreExplanations
{
    public static void MapScoreExplanations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/questions/{slug}/scores/{analyst}/explanation", ExplainAsync).Reads().Knows("score", "asOf", "knownAt").Produces<ExplanationAnswer>().WithDescription(
            """
            Each score as the sum of its intervals' contributions. `score`: only this one. `asOf`, `knownAt`: of the scores as they stood at that instant, as `/questions/{slug}/scores` gives them.
            """);

    private static async Task<IResult> ExplainAsync(string slug, string analyst, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var token = http.RequestAborted;
        var point = http.Request.PointInTime();
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), token);
        if (question is null) return Questions.Missing(slug);
        var then = point.IsPresent ? null : await EarlierScores.FindAsync(slug, point, session, views, token);
        if (!point.IsPresent && then is null) return Questions.Missing(slug);
        question = then?.Question ?? question;
        var latest = point.IsPresent ? await GenerationLog.LatestAsync(session, slug, token) : then!.Generation?.Scored;
        var state = latest is null ? ScoringState.Before(question, 0) : ScoringState.Of(latest);
        if (latest is null || latest.Rows.Count == 0)
        {
            return await session.IsForecasterAsync(analyst, token)
                ? EntityTags.Tagged(http, new ExplanationAnswer(slug, analyst, latest?.Generation ?? 0, state.Status, state.Reason, latest?.RuleSet, new Dictionary<string, ScoreExplanationAnswer>()))
                : Forecasters.Missing(analyst);
        }

        var input = then?.Input ?? await ScoringInputs.OfGenerationAsync(session, question, latest, token);
        if (QuestionScoring.Explain(input, analyst) is not { } explained) return Problems.NotFound($"'{analyst}' has no scores on '{slug}'.");

        var wanted = http.Request.Text("score");
        if (wanted is not null && !explained.ContainsKey(wanted))
        {
            return Problems.Invalid("score", $"'{analyst}' has no score '{wanted}' on '{slug}'; there are {string.Join(", ", explained.Keys)}.");
        }

        return EntityTags.Tagged(
            http,
            new ExplanationAnswer(
                slug,
                analyst,
                latest.Generation,
                state.Status,
                state.Reason,
                latest.RuleSet,
                explained.Where(e => wanted is null || e.Key == wanted).ToDictionary(e => e.Key, e => Answer(question, e.Value))),
            point.IsPresent ? latest.Generation : null);
    }

    private static ScoreExplanationAnswer Answer(Question question, ScoreExplanation explanation) => new(
        [.. explanation.Intervals.Select(i => new ExplanationInterval(i.From, i.To, StatementAnswer.Of(question, i.Forecast), i.Weight, i.Value, i.Contribution, i.Peers))],
        explanation.Sum);
}
