using Domain.Questions;
using Marten;
using Store.Appending;
using Wolverine;
using Worker.FollowingConditions;

namespace Worker.ClosingQuestions;

/// <summary>Requests that a question's close be scheduled: when it opens, when its close is moved, and when it no longer has an outcome.</summary>
/// <param name="Stream">The key of the question's stream.</param>
public sealed record ScheduleClose(string Stream);

/// <summary>Closes a question, due at its close.</summary>
/// <param name="Stream">The key of the question's stream.</param>
public sealed record CloseQuestion(string Stream);

/// <summary>Schedules the close of a question for its instant.</summary>
public static class ScheduleCloseHandler
{
    /// <summary>Returns the message that closes the question, due at its close; none if it no longer closes.</summary>
    public static async Task<OutgoingMessages> Handle(ScheduleClose message, IQuerySession session, CancellationToken token)
    {
        var question = await session.LoadAsync<Question>(message.Stream, token);
        var outgoing = new OutgoingMessages();
        if (question is not { ClosedAt: null, Status: QuestionStatus.Open or QuestionStatus.Proposed })
            return outgoing;
        // The schedule is kept in the database. What became due while no worker ran is due at once.
        outgoing.Schedule(new CloseQuestion(message.Stream), question.ClosesAt);
        if (question.Condition is not null)
            outgoing.Add(new MeetCondition(message.Stream));
        return outgoing;
    }
}

/// <summary>Closes a question whose time has come.</summary>
public static class CloseQuestionHandler
{
    /// <summary>Closes the question if its close has come. If the close has been moved, there is another schedule for it.</summary>
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
