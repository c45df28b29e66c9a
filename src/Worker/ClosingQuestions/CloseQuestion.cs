using Domain.Questions;
using Marten;
using Store.Appending;
using Wolverine;
using Worker.FollowingConditions;

namespace Worker.ClosingQuestions;

/// <summary>Asks that a question's close be put on the schedule: when it opens, when its close is moved, and when it has no outcome any more.</summary>
/// <param name="Stream">The key of the question's stream.</param>
public sealed record ScheduleClose(string Stream);

/// <summary>Closes a question, due at its close.</summary>
/// <param name="Stream">The key of the question's stream.</param>
public sealed record CloseQuestion(string Stream);

/// <summary>Schedules the close of a question for the instant that it says.</summary>
public static class ScheduleCloseHandler
{
    /// <summary>Answers the message that closes the question, due at its close; none where it does not close any more.</summary>
    public static async Task<OutgoingMessages> Handle(ScheduleClose message, IQuerySession session, CancellationToken token)
    {
        var question = await session.LoadAsync<Question>(message.Stream, token);
        var outgoing = new OutgoingMessages();
        if (question is not { ClosedAt: null, Status: QuestionStatus.Open or QuestionStatus.Proposed })
            return outgoing;
        // The schedule is kept in the database. What fell due while nothing ran is due at once.
        outgoing.Schedule(new CloseQuestion(message.Stream), question.ClosesAt);
        if (question.Condition is not null)
            outgoing.Add(new MeetCondition(message.Stream));
        return outgoing;
    }
}

/// <summary>Closes a question whose time has come.</summary>
public static class CloseQuestionHandler
{
    /// <summary>Closes the question if its close has come; a close moved since then has a schedule of its own.</summary>
    public static async Task Handle(CloseQuestion message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        var question = await session.LoadAsync<Question>(message.Stream, token);
        if (question is null)
            return;
        var now = clock.GetUtcNow().ToMicroseconds();
        session.LastModifiedBy = "worker";
        session.Append(message.Stream, question.Version, QuestionDecisions.CloseAtItsTime(question, now).Events, now);
    }
}
