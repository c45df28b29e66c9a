using Domain;
using Domain.Questions;
using JasperFx.Events;
using Marten;
using Store.Appending;
using Wolverine;
using Worker.ClosingQuestions;
using Worker.FollowingConditions;

namespace Worker.ScoringQuestions;

/// <summary>Asks that a question whose outcome was taken back count in no view any more.</summary>
/// <inheritdoc cref="ScoreQuestion"/>
public sealed record ClearScores(string Stream, long Sequence, string? Causation)
{
    /// <summary>The message that follows from an outcome that was taken back.</summary>
    public static ClearScores Because(IEvent e) => new(e.StreamKey!, e.Sequence, e.CausationId);
}

/// <summary>
/// Appends an empty generation, which views then show; the earlier ones stay. Where the outcome taken back has none yet, its own comes first.
/// </summary>
public static class ClearScoresHandler
{
    /// <summary>Appends the generation that has no rows.</summary>
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
