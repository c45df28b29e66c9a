using Domain;
using Domain.Questions;
using Domain.Scoring;
using Marten;
using Store;
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

        var latest = await GenerationLog.LatestHeadAsync(session, question.Slug, token);
        // Redelivery and late delivery end here: the generation that stands has read this event.
        if (latest is not null && latest.LastEventRead >= message.Sequence && latest.RuleSet == RuleSet.Current)
        {
            return new FollowCondition(question.Slug, message.Causation);
        }

        var generation = await Generations.ComputeAsync(session, question, resolution, latest, message.Trigger, message.Sequence, RuleSet.Current, token);
        var now = clock.GetUtcNow().ToMicroseconds();
        session.CausationId = activity?.Id ?? message.Causation;
        session.CorrelationId = activity?.TraceId.ToString();
        session.LastModifiedBy = "worker";
        Generations.Append(session, generation, now);

        activity?.SetTag("forecasts.question", question.Slug);
        activity?.SetTag("forecasts.generation", generation.Generation);
        Reactions.Generations.Add(1);
        Reactions.ScoringLatency.Record((now - message.RecordedAt).TotalSeconds);
        return new FollowCondition(question.Slug, message.Causation);
    }
}
