using Domain.Questions;
using Marten;
using Store;
using Wolverine;

namespace Worker.ClosingQuestions;

/// <summary>Asks that a question's close be put on the schedule, anew when it was moved.</summary>
public sealed record ScheduleClose(string Stream);

/// <summary>Closes a question, due at its close.</summary>
public sealed record CloseQuestion(string Stream);

public static class ScheduleCloseHandler
{
    public static async Task<OutgoingMessages> Handle(ScheduleClose message, IQuerySession session, CancellationToken token)
    {
        var question = await session.LoadAsync<Question>(message.Stream, token);
        var outgoing = new OutgoingMessages();
        if (question is { Status: QuestionStatus.Open }) outgoing.Schedule(new CloseQuestion(message.Stream), question.ClosesAt);
        return outgoing;
    }
}

public static class CloseQuestionHandler
{
    /// <summary>Closes the question if it is open and its close has come; a close moved since then has a schedule of its own.</summary>
    public static async Task Handle(CloseQuestion message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        var question = await session.LoadAsync<Question>(message.Stream, token);
        var now = clock.GetUtcNow().ToMicroseconds();
        if (question is not { Status: QuestionStatus.Open } || question.ClosesAt > now) return;
        session.LastModifiedBy = "worker";
        session.Append(message.Stream, question.Version, QuestionDecisions.Close(question, now).Events, now);
    }
}
