using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Marten;

namespace Store.Scores;

/// <summary>Gathers what scoring a question depends on beside its own forecasts.</summary>
public static class ScoringInputs
{
    public static async Task<ScoringInput> ForAsync(
        IQuerySession session, Question question, Resolution resolution, IReadOnlyList<ForecastTimeline> timelines, CancellationToken token)
    {
        var scored = ToScored(question, resolution);
        return new ScoringInput(
            scored,
            timelines,
            await EarlierOutcomesAsync(session, question, token),
            await EarlierScoresAsync(session, question.Slug, scored.ClosesAt, timelines, token));
    }

    public static ScoredQuestion ToScored(Question question, Resolution resolution) => new(
        question.Slug,
        question.Type,
        question.Options.Count,
        question.Range,
        question.OpensAt,
        question.ClosesAt,
        resolution.KnownAt,
        question.SpotAt,
        OutcomeText.Parse(question, resolution.Outcome) ?? throw new InvalidOperationException($"'{resolution.Outcome}' is no outcome of {question.Slug}."),
        OutcomeText.Parse(question, question.StatusQuo));

    /// <summary>How the forecasters did on questions whose outcome was known before <paramref name="before"/>, by their latest generations.</summary>
    public static async Task<IReadOnlyList<EarlierScore>> EarlierScoresAsync(
        IQuerySession session, string slug, DateTimeOffset before, IReadOnlyList<ForecastTimeline> timelines, CancellationToken token)
    {
        var forecasters = timelines.Select(t => t.Forecaster).ToHashSet(StringComparer.Ordinal);
        var scorings = await session.Query<Scorings>().Where(s => s.Latest.KnownAt < before).ToListAsync(token);
        return
        [
            .. from s in scorings
               where s.Latest.Question != slug
               from row in s.Latest.Rows
               where forecasters.Contains(row.Forecaster) && row.Scores.GetValueOrDefault("peer") is not null
               select new EarlierScore(row.Forecaster, s.Latest.KnownAt, row.Scores["peer"]!.Value, row.Coverage),
        ];
    }

    private static async Task<IReadOnlyList<EarlierOutcome>> EarlierOutcomesAsync(IQuerySession session, Question question, CancellationToken token)
    {
        if (question.Tags.Count == 0 || question.Options.Count == 0) return [];
        var tag = question.Tags[0];
        var others = await session.Query<Question>()
            .Where(q => q.Status == QuestionStatus.Resolved && q.Tags.Contains(tag) && q.Slug != question.Slug)
            .ToListAsync(token);
        return
        [
            .. from other in others
               where other.Options.Count == question.Options.Count
               let outcome = OutcomeText.Parse(other, other.Resolution!.Outcome) as OutcomeValue.Option
               where outcome is not null
               select new EarlierOutcome(other.Resolution!.KnownAt, outcome.Index, other.Options.Count),
        ];
    }
}
