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
/// <param name="RestsOn">The sequence of the last generation of other questions that it rests on; null where it was not noted.</param>
/// <param name="Note">Why the parts do not sum to the scores of the generation; null where they do.</param>
public sealed record ExplanationAnswer(
    string Question,
    string Forecaster,
    int Generation,
    ScoringStatus Status,
    string? Reason,
    string? RuleSet,
    long? RestsOn,
    string? Note,
    IReadOnlyDictionary<string, ScoreExplanationAnswer> Scores);

/// <summary>Why a forecaster's scores on a question are what they are.</summary>
public static class ScoreExplanations
{
    public static void MapScoreExplanations(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/questions/{slug}/scores/{analyst}/explanation", ExplainAsync).Reads().Knows("score", "generation", "asOf", "knownAt").Produces<ExplanationAnswer>().WithDescription(
            """
            Each score as the sum of its intervals' contributions, from the record as it was when the generation was made. `score`: only this one. `generation`: of an earlier generation,
            else of the latest. `asOf`, `knownAt`: of the scores as they stood at that instant, as `/questions/{slug}/scores` gives them.
            """);

    private static async Task<IResult> ExplainAsync(string slug, string analyst, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var token = http.RequestAborted;
        var point = http.Request.PointInTime();
        var number = http.Request.WholeNumber("generation", 1, int.MaxValue);
        if (number is not null && !point.IsPresent) return Problems.Invalid("generation", $"Ask for generation {number}, or for what stood at an instant (asOf, knownAt); not for both.");
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), token);
        if (question is null) return Questions.Missing(slug);
        var then = point.IsPresent ? null : await EarlierScores.FindAsync(slug, point, session, views, token);
        if (!point.IsPresent && then is null) return Questions.Missing(slug);
        question = then?.Question ?? question;
        var found = point.IsPresent ? await GenerationLog.FindAsync(session, slug, number, token) : then!.Generation;
        if (found is not var (scored, _))
        {
            if (number is null) return await NothingAsync(0, await EarlierScores.NothingAsync(question, point, session, token), null);
            var latest = (await GenerationLog.LatestHeadAsync(session, slug, token))?.Generation ?? 0;
            return Problems.NotFound($"'{slug}' has no generation {number} of scores; {(latest > 0 ? $"the latest is {latest}" : "it has not been scored")}.");
        }

        if (scored.Rows.Count == 0) return await NothingAsync(scored.Generation, ScoringState.Of(scored), scored);
        if ((then?.Rows ?? scored.Rows).FirstOrDefault(r => r.Forecaster == analyst) is not { } row) return Problems.NotFound($"'{analyst}' has no scores on '{slug}'.");
        var input = then?.Input ?? await ScoringInputs.OfGenerationAsync(session, scored, token);
        var explained = QuestionScoring.Explain(input, analyst) ?? new Dictionary<string, ScoreExplanation>();

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
                scored.Generation,
                ScoringStatus.Scored,
                null,
                scored.RuleSet,
                scored.RestsOn,
                Note(scored, row, explained),
                explained.Where(e => wanted is null || e.Key == wanted).ToDictionary(e => e.Key, e => Answer(question, e.Value))),
            point.IsPresent ? scored.Generation : null);

        async Task<IResult> NothingAsync(int generation, ScoringState state, QuestionScored? of) => await session.IsForecasterAsync(analyst, token)
            ? EntityTags.Tagged(
                http,
                new ExplanationAnswer(slug, analyst, generation, state.Status, state.Reason, of?.RuleSet, of?.RestsOn, null, new Dictionary<string, ScoreExplanationAnswer>()))
            : Forecasters.Missing(analyst);
    }

    /// <summary>What was made by another version of the rules, or before it was noted what it rests on, may not be told exactly; then the answer says so.</summary>
    private static string? Note(QuestionScored scored, ScoreRow row, IReadOnlyDictionary<string, ScoreExplanation> explained)
    {
        var differ = row.Scores.Where(s => s.Value is { } score && !(explained.TryGetValue(s.Key, out var e) && Math.Abs(e.Sum - score) <= 1e-9 * Math.Max(1, Math.Abs(score))))
            .Select(s => s.Key).ToList();
        if (differ.Count == 0) return null;
        var because = !RuleSet.CanScore(scored.RuleSet)
            ? $"it was made by rule set {scored.RuleSet}, and is explained by rule set {RuleSet.Current}, since this version cannot compute by the earlier one"
            : "it was made before generations noted what they rest on, and is explained by the record as it was when it was appended";
        return $"Generation {scored.Generation} cannot be explained exactly: {because}. The parts do not sum to {string.Join(", ", differ)}.";
    }

    private static ScoreExplanationAnswer Answer(Question question, ScoreExplanation explanation) => new(
        [.. explanation.Intervals.Select(i => new ExplanationInterval(i.From, i.To, StatementAnswer.Of(question, i.Forecast), i.Weight, i.Value, i.Contribution, i.Peers))],
        explanation.Sum);
}
