using Domain;
using Domain.Questions;
using JasperFx.Events;
using Marten;
using Store.Appending;
using Wolverine;
using Worker.ClosingQuestions;
using Worker.FollowingConditions;

namespace Worker.ScoringQuestions;

/// <summary>Requests that a question whose outcome was taken back no longer counts in any view.</summary>
/// <inheritdoc cref="ScoreQuestion"/>
public sealed record ClearScores(string Stream, long Sequence, string? Causation)
{
    /// <summary>The message after an outcome was taken back.</summary>
    public static ClearScores Because(IEvent e) => new(e.StreamKey!, e.Sequence, e.CausationId);
}

/// <summary>
/// Appends an empty generation, which views then show. Earlier generations stay. If the outcome that was taken back has no generation yet, its own comes first.
/// </summary>
public static class ClearScoresHandler
{
    /// <summary>Appends the generation without rows.</summary>
    public static async Task<OutgoingMessages> Handle(ClearScores message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        using var activity = Instrumentation.Continue("clear scores", message.Causation);
        if (await session.LoadAsync<Question>(message.Stream, token) is not { } question)
            return [];

        session.CausationId = activity?.Id ?? message.Causation;
        session.CorrelationId = activity?.TraceId.ToString();
        session.LastModifiedBy = "worker";
        var made = await Generations.AppendAsync(session, question.Slug, clock.GetUtcNow().ToMicroseconds(), token);
        Instrumentation.Generations.Add(made.Count);
        return [new ScheduleClose(message.Stream), new FollowCondition(question.Slug, message.Causation)];
    }
}
