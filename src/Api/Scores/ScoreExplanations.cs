using Api.Authorization;
using Api.Endpoints;
using Api.Forecasts;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Explaining;
using Domain.Scoring.Generations;
using Marten;
using Store.Reading;
using Store.Scoring;
using Store.Views;

namespace Api.Scores;

/// <summary>An interval in which one forecast stood, with what it adds to the score.</summary>
/// <param name="From">The start, which is included.</param>
/// <param name="To">The end, which is left out.</param>
/// <param name="Forecast">What stood.</param>
/// <param name="Weight">The share of the score that the interval has.</param>
/// <param name="Value">The score of what stood.</param>
/// <param name="Contribution">The value by its weight; the contributions sum to the score.</param>
/// <param name="Peers">How many others it is compared with; null for rules that compare with nobody.</param>
/// <param name="Imported">Whether the forecast that stood rests on an imported step.</param>
/// <param name="AfterOutcome">Whether it rests on one that was recorded here after the outcome was known.</param>
/// <param name="Sealed">
/// <c>revealed</c> where it stood as a seal and was revealed later, <c>unrevealed</c> where it was not and counts as <c>reference:uniform</c>; null where it
/// was there for everybody to see.
/// </param>
public sealed record ExplanationInterval(
    DateTimeOffset From,
    DateTimeOffset To,
    StatementAnswer Forecast,
    double Weight,
    double Value,
    double Contribution,
    int? Peers,
    bool Imported,
    bool AfterOutcome,
    SealState? Sealed = null
);

/// <summary>How a score comes about.</summary>
/// <param name="Intervals">The intervals, in the order of time.</param>
/// <param name="Sum">What the contributions sum to: the score.</param>
public sealed record ScoreExplanationAnswer(IReadOnlyList<ExplanationInterval> Intervals, double Sum);

/// <summary>How a forecaster's scores on a question come about.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Forecaster">The forecaster.</param>
/// <param name="Generation">The generation that is explained, from 1; 0 before the question was scored.</param>
/// <param name="Status">Why there are scores to explain, or none.</param>
/// <param name="Reason">Why there are none; null where there are.</param>
/// <param name="RuleSet">The version of the rules that the scores are by.</param>
/// <param name="RestsOn">The sequence of the last generation of other questions, or edit of tags, that it rests on; null where it was not noted.</param>
/// <param name="Imported">Whether the scores rest on an imported step: of the forecaster, or for a consensus of a member of the crowd.</param>
/// <param name="AfterOutcome">Whether they rest on one that was recorded here after the outcome was known.</param>
/// <param name="Note">Why the parts do not sum to the scores of the generation; null where they do.</param>
/// <param name="Scores">An explanation for each score, by its key.</param>
public sealed record ExplanationAnswer(
    string Question,
    string Forecaster,
    int Generation,
    ScoringStatus Status,
    string? Reason,
    string? RuleSet,
    long? RestsOn,
    bool Imported,
    bool AfterOutcome,
    string? Note,
    IReadOnlyDictionary<string, ScoreExplanationAnswer> Scores
);

/// <summary>Why a forecaster's scores on a question are what they are.</summary>
public static class ScoreExplanations
{
    private static readonly QueryParameter ScoreParameter = QueryParameter.Text("score", "Only this score's explanation.");

    private static readonly QueryParameter GenerationParameter = QueryParameter.Whole(
        "generation",
        1,
        int.MaxValue,
        "An earlier generation of scores; the latest where it is left out."
    );

    public static void MapScoreExplanations(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/scores/{analyst}/explanation", ExplainAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([ScoreParameter, GenerationParameter, .. QueryParameters.AsOfAndKnownAt, ImportedChoices.Parameter])
            .WithTags("Scores")
            .Produces<ExplanationAnswer>();

    /// <summary>Show interval by interval how a score came about</summary>
    /// <remarks>
    /// Each score as the sum of its intervals' contributions, from the record as it was when the generation was made. `score`: only this one.
    /// `generation`: of an earlier generation, else of the latest. `asOf`, `knownAt`: of the scores as they stood at that instant, as
    /// `/questions/{slug}/scores` gives them. An interval says with `imported` and `afterOutcome` what its forecast rests on; `?imported=exclude` and
    /// `only` refuse to explain a row that they leave out.
    /// </remarks>
    public static async Task<IResult> ExplainAsync(string slug, string analyst, HttpContext http, IQuerySession session, ScoreViewReader views)
    {
        var token = http.RequestAborted;
        var point = http.Request.PointInTime();
        var imported = http.Request.Imported(ImportedScope.Include);
        var number = http.Request.WholeNumber(GenerationParameter);
        if (number is not null && !point.IsPresent)
            return Problem.Invalid("generation", $"Ask for generation {number}, or for what stood at an instant (asOf, knownAt); not for both.");
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), token);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        var then = point.IsPresent ? null : await EarlierScores.FindAsync(slug, point, session, views, token);
        if (!point.IsPresent && then is null)
            return QuestionEndpoints.Missing(slug);
        question = then?.Question ?? question;
        var found = point.IsPresent ? await GenerationLog.FindAsync(session, slug, number, token) : then!.Generation;
        if (found is not var (scored, _))
        {
            if (number is null)
                return await NothingAsync(0, await EarlierScores.NothingAsync(question, point, session, token), null);
            var latest = (await GenerationLog.LatestHeadAsync(session, slug, token))?.Generation ?? 0;
            return Problem.NotFound($"'{slug}' has no generation {number} of scores; {(latest > 0 ? $"the latest is {latest}" : "it has not been scored")}.");
        }

        if (scored.Rows.Count == 0)
            return await NothingAsync(scored.Generation, ScoringState.Of(scored), scored);
        if ((then?.Rows ?? scored.Rows).FirstOrDefault(r => r.Forecaster == analyst) is not { } row)
            return Problem.NotFound($"'{analyst}' has no scores on '{slug}'.");
        var steps = (await ForecastLog.OnQuestionAsync(session, slug, null, token)).Where(s => s.Sequence <= scored.LastEventRead).ToList();
        var mark = new ImportedMarks([.. steps.Where(s => s.Imported).Select(s => new ImportedSteps(s.Forecaster, s.Kind, s.Sequence, s.RecordedAt))]).Of(
            analyst,
            row.Kind,
            scored.LastEventRead,
            scored.KnownAt
        );
        if (!imported.Counts(mark))
        {
            return Problem.NotFound(
                $"The scores of '{analyst}' on '{slug}' rest on {(mark.Imported ? "an" : "no")} imported step, which 'imported' leaves out."
            );
        }

        var marks = new IntervalMarks(steps, scored.KnownAt);
        var input = then?.Input ?? await ScoringInputs.OfGenerationAsync(session, scored, token);
        var explained = QuestionScoring.Explain(RuleSet.NearestTo(scored.RuleSet), input, analyst) ?? new Dictionary<string, ScoreExplanation>();

        var wanted = http.Request.Text(ScoreParameter);
        if (wanted is not null && !explained.ContainsKey(wanted))
        {
            return Problem.Invalid("score", $"'{analyst}' has no score '{wanted}' on '{slug}'; there are {string.Join(", ", explained.Keys)}.");
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
                mark.Imported,
                mark.AfterOutcome,
                Note(scored, row, explained),
                explained
                    .Where(e => wanted is null || e.Key == wanted)
                    .ToDictionary(e => e.Key, e => Answer(question, e.Value, i => marks.Of(analyst, row.Kind, i.From, i.To)))
            ),
            point.IsPresent ? scored.Generation : null
        );

        async Task<IResult> NothingAsync(int generation, ScoringState state, QuestionScored? of) =>
            await session.IsForecasterAsync(analyst, token)
                ? EntityTags.Tagged(
                    http,
                    new ExplanationAnswer(
                        slug,
                        analyst,
                        generation,
                        state.Status,
                        state.Reason,
                        of?.RuleSet,
                        of?.RestsOn,
                        false,
                        false,
                        null,
                        new Dictionary<string, ScoreExplanationAnswer>()
                    )
                )
                : Forecasters.Missing(analyst);
    }

    /// <summary>
    /// What was made by another version of the rules, or before it was noted what it rests on, may not be told exactly; then the answer says so.
    /// </summary>
    private static string? Note(QuestionScored scored, ScoreRow row, IReadOnlyDictionary<string, ScoreExplanation> explained)
    {
        var differ = row
            .Scores.Where(s =>
                s.Value is { } score && !(explained.TryGetValue(s.Key, out var e) && Math.Abs(e.Sum - score) <= 1e-9 * Math.Max(1, Math.Abs(score)))
            )
            .Select(s => s.Key)
            .ToList();
        if (differ.Count == 0)
            return null;
        var because = RuleSet.Named(scored.RuleSet) is null
            ? $"it was made by rule set {scored.RuleSet}, and is explained by rule set {RuleSet.Current}, since this version cannot compute by the earlier one"
            : "it was made before generations noted what they rest on, and is explained by the record as it was when it was appended";
        return $"Generation {scored.Generation} cannot be explained exactly: {because}. The parts do not sum to {string.Join(", ", differ)}.";
    }

    private static ScoreExplanationAnswer Answer(Question question, ScoreExplanation explanation, Func<ExplainedInterval, ImportedMark> markOf) =>
        new(
            [
                .. from i in explanation.Intervals
                let mark = markOf(i)
                select new ExplanationInterval(
                    i.From,
                    i.To,
                    StatementAnswer.Of(question, i.Forecast),
                    i.Weight,
                    i.Value,
                    i.Contribution,
                    i.Peers,
                    mark.Imported,
                    mark.AfterOutcome,
                    i.Seal == SealState.Open ? null : i.Seal
                ),
            ],
            explanation.Sum
        );
}
