using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using JasperFx.Events;
using Marten;
using Store;
using Store.Scores;
using Wolverine;
using Worker.ClosingQuestions;
using Worker.FollowingConditions;

namespace Worker.ScoringQuestions;

/// <summary>Asks that a question whose outcome was taken back count in no view any more.</summary>
/// <inheritdoc cref="ScoreQuestion"/>
public sealed record ClearScores(string Stream, long Sequence, string? Causation)
{
    public static ClearScores Because(IEvent e) => new(e.StreamKey!, e.Sequence, e.CausationId);
}

/// <summary>
/// Appends an empty generation, which views then show; the earlier ones stay. It is appended also where no scoring stands yet, so that one
/// that still goes by the outcome taken back meets a stream that has moved on, and is decided anew.
/// </summary>
public static class ClearScoresHandler
{
    public static async Task<OutgoingMessages> Handle(ClearScores message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        using var activity = Reactions.Continue("clear scores", message.Causation);
        var question = await session.LoadAsync<Question>(message.Stream, token);
        if (question is null) return [];
        OutgoingMessages follows = [new ScheduleClose(message.Stream), new FollowCondition(question.Slug, message.Causation)];

        var latest = await GenerationLog.LatestHeadAsync(session, question.Slug, token);
        // An outcome confirmed since then is scored because of its own event; redelivery ends here too.
        if (question.Resolution is not null || latest?.LastEventRead >= message.Sequence) return follows;

        var now = clock.GetUtcNow().ToMicroseconds();
        var generation = new QuestionScored(
            question.Slug,
            (latest?.Generation ?? 0) + 1,
            RuleSet.Current,
            "taken-back",
            message.Sequence,
            message.Sequence,
            OutcomeText.Unresolved,
            latest?.KnownAt ?? now,
            []);
        session.CausationId = activity?.Id ?? message.Causation;
        session.CorrelationId = activity?.TraceId.ToString();
        session.LastModifiedBy = "worker";
        Generations.Append(session, generation, now);
        Reactions.Generations.Add(1);
        return follows;
    }
}
