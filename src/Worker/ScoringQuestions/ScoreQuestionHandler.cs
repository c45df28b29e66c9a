using Domain;
using Domain.Questions;
using Marten;
using Store.Appending;
using Worker.FollowingConditions;

namespace Worker.ScoringQuestions;

/// <summary>
/// Appends a generation of scores for the triggering claim and every other claim without one. A redelivered or late message finds no such claim.
/// </summary>
public static class ScoreQuestionHandler
{
    /// <summary>Scores every claim that has no generation yet, and returns the messages that follow.</summary>
    public static async Task<FollowCondition?> Handle(ScoreQuestion message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        using var activity = Instrumentation.Continue("score question", message.Causation);
        if (await session.LoadAsync<Question>(message.Stream, token) is not { } question)
            return null;

        var now = clock.GetUtcNow().ToMicroseconds();
        session.CausationId = activity?.Id ?? message.Causation;
        session.CorrelationId = activity?.TraceId.ToString();
        session.LastModifiedBy = "worker";
        var made = await Generations.AppendAsync(session, question.Slug, now, token);

        activity?.SetTag("forecasts.question", question.Slug);
        if (made.Count > 0)
        {
            activity?.SetTag("forecasts.generation", made[^1].Generation);
            Instrumentation.Generations.Add(made.Count);
            Instrumentation.ScoringLatency.Record((now - message.RecordedAt).TotalSeconds);
        }

        return question.Resolution is null ? null : new FollowCondition(question.Slug, message.Causation);
    }
}
