using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Marten;
using Store;
using Store.Forecasts;
using Store.Scores;

namespace Worker.ScoringQuestions;

/// <summary>Computes and appends generations of a question's scores.</summary>
internal static class Generations
{
    /// <summary>The generation that comes after <paramref name="latest"/>, by everything that is recorded by now.</summary>
    /// <remarks>
    /// The trigger came from behind the store's high-water mark: every event with a lower sequence is committed, and the log reads the events
    /// themselves, so nothing recorded before the resolution can be missing here.
    /// </remarks>
    public static async Task<QuestionScored> ComputeAsync(
        IQuerySession session, Question question, Resolution resolution, GenerationHead? latest, string trigger, long triggerEvent, string ruleSet, CancellationToken token)
    {
        var (rows, lastRead) = ((IReadOnlyList<ScoreRow>)[], triggerEvent);
        if (question.Status != QuestionStatus.Annulled)
        {
            var steps = await ForecastLog.OnQuestionAsync(session, question.Slug, knownAt: null, token);
            var input = await ScoringInputs.ForAsync(session, question, resolution, steps.ToTimelines(), token);
            rows = RuleSet.Score(ruleSet, input);
            if (steps.Count > 0) lastRead = Math.Max(lastRead, steps[^1].Sequence);
        }

        return new QuestionScored(
            question.Slug, (latest?.Generation ?? 0) + 1, ruleSet, trigger, triggerEvent, Math.Max(lastRead, latest?.LastEventRead ?? 0), resolution.Outcome, resolution.KnownAt, rows);
    }

    /// <summary>Appends a generation to the stream, which must still end with the one before it.</summary>
    public static void Append(IDocumentSession session, QuestionScored generation, DateTimeOffset now)
    {
        var stream = StreamKeys.Scoring(generation.Question);
        if (generation.Generation == 1) session.Start<Scorings>(stream, [generation], now);
        else session.Append(stream, generation.Generation - 1, [generation], now);
    }
}
