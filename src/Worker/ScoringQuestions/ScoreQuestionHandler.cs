using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Marten;
using Store;
using Store.Forecasts;
using Store.Scores;
using Worker.FollowingConditions;

namespace Worker.ScoringQuestions;

/// <summary>Appends a generation of scores, unless a generation that has read the triggering event stands already.</summary>
public static class ScoreQuestionHandler
{
    public static async Task<FollowCondition?> Handle(ScoreQuestion message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        using var activity = Reactions.Continue("score question", message.Causation);
        var question = await session.LoadAsync<Question>(message.Stream, token);
        if (question?.Resolution is not { } resolution) return null;

        var stream = StreamKeys.Scoring(question.Slug);
        var latest = (await session.LoadAsync<Scorings>(stream, token))?.Latest;
        // Redelivery and late delivery end here: the generation that stands has read this event.
        if (latest is not null && latest.LastEventRead >= message.Sequence && latest.RuleSet == RuleSet.Current)
        {
            return new FollowCondition(question.Slug, message.Causation);
        }

        var (rows, lastRead) = question.Status == QuestionStatus.Annulled
            ? ([], message.Sequence)
            : await ScoreAsync(session, question, resolution, message.Sequence, token);
        var generation = new QuestionScored(
            question.Slug,
            (latest?.Generation ?? 0) + 1,
            RuleSet.Current,
            message.Trigger,
            message.Sequence,
            lastRead,
            resolution.Outcome,
            resolution.KnownAt,
            rows);

        var now = clock.GetUtcNow().ToMicroseconds();
        session.CausationId = activity?.Id ?? message.Causation;
        session.CorrelationId = activity?.TraceId.ToString();
        session.LastModifiedBy = "worker";
        if (latest is null) session.Start<Scorings>(stream, [generation], now);
        else session.Append(stream, latest.Generation, [generation], now);

        activity?.SetTag("forecasts.question", question.Slug);
        activity?.SetTag("forecasts.generation", generation.Generation);
        Reactions.Generations.Add(1);
        Reactions.ScoringLatency.Record((now - message.RecordedAt).TotalSeconds);
        return new FollowCondition(question.Slug, message.Causation);
    }

    private static async Task<(IReadOnlyList<ScoreRow> Rows, long LastRead)> ScoreAsync(
        IDocumentSession session, Question question, Resolution resolution, long triggerSequence, CancellationToken token)
    {
        // The trigger came from behind the store's high-water mark: every event with a lower sequence is committed, and the log reads the
        // events themselves, so nothing recorded before the resolution can be missing here.
        var steps = await ForecastLog.OnQuestionAsync(session, question.Slug, knownAt: null, token);
        var input = await ScoringInputs.ForAsync(session, question, resolution, steps.ToTimelines(), token);
        return (QuestionScoring.Score(input), Math.Max(triggerSequence, steps.Count == 0 ? 0 : steps[^1].Sequence));
    }
}
