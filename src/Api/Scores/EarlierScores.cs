using Api.Questions;
using Domain;
using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Marten;
using Store.Scoring;
using Store.Views;

namespace Api.Scores;

/// <summary>The scores of a question as they stood at a point in time.</summary>
/// <param name="Question">The question as it stood.</param>
/// <param name="Generation">The generation that stood, and when it was made; null where none did.</param>
/// <param name="Input">What its rows rest on, where other questions stood otherwise than they did for the generation; else null.</param>
public sealed record EarlierScores(Question Question, (QuestionScored Scored, DateTimeOffset At)? Generation, ScoringInput? Input)
{
    /// <summary>The rows of then.</summary>
    public IReadOnlyList<ScoreRow> Rows { get; } = RowsOf(Generation?.Scored, Input);

    /// <summary>Whose rows are not those of the generation.</summary>
    public IReadOnlyList<string> Recomputed =>
        Generation is not var (scored, _)
            ? []
            :
            [
                .. Rows.Where(r =>
                        RowsOnOthers.Has(r.Forecaster) && !scored.Rows.Any(s => s.Forecaster == r.Forecaster && ScoreChanges.Between([s], [r]).Count == 0)
                    )
                    .Select(r => r.Forecaster),
            ];

    /// <summary>The scores at a point in time; null where nothing of the question was recorded by then.</summary>
    public static async Task<EarlierScores?> FindAsync(string slug, PointInTime at, IQuerySession session, ScoreViewReader views, CancellationToken token)
    {
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug), token) is not { } current)
            return null;
        if (await EarlierQuestions.AtAsync(session, [current], at, token) is not [var question])
            return null;
        await using var snapshot = await views.OpenAsync(at, token);
        if (await snapshot.GenerationAsync(slug, token) is not { } generation)
            return new EarlierScores(question, null, null);
        var found = await GenerationLog.FindAsync(session, slug, generation, token);
        return new EarlierScores(question, found, found is var (scored, _) && scored.Rows.Count > 0 ? await snapshot.RestedThenAsync(slug, token) : null);
    }

    /// <summary>Why there were no scores at a point in time.</summary>
    /// <param name="question">The question as it stood then.</param>
    /// <param name="at">The point in time.</param>
    /// <param name="session">The session to read through.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<ScoringState> NothingAsync(Question question, PointInTime at, IQuerySession session, CancellationToken token)
    {
        var state = ScoringState.Before(question, 0);
        if (state.Status != ScoringStatus.AwaitingScoring || await GenerationLog.LatestHeadAsync(session, question.Slug, token) is not { } latest)
            return state;
        var scored = await GenerationLog.HeadsAsync(session, question.Slug, at with { KnownAt = null }, token);
        if (scored.Count > 0)
            return ScoringState.Then(latest.Generation, scored[0]);
        // What came after the latest generation is about to be scored; what came before it never will be.
        var claim = (await OutcomeClaims.OfAsync(session, question.Slug, token)).LastOrDefault(c => !(c.At > at.AsOf));
        return claim is null || claim.Event > latest.TriggerEvent ? state : ScoringState.Then(latest.Generation, null);
    }

    private static IReadOnlyList<ScoreRow> RowsOf(QuestionScored? scored, ScoringInput? input)
    {
        if (scored is null)
            return [];
        if (input is null)
            return scored.Rows;
        return
        [
            .. scored
                .Rows.Where(r => !RowsOnOthers.Has(r.Forecaster))
                .Concat(QuestionScoring.Score(RuleSet.NearestTo(scored.RuleSet), input).Where(r => RowsOnOthers.Has(r.Forecaster)))
                .OrderBy(r => r.Forecaster, StringComparer.Ordinal),
        ];
    }
}
