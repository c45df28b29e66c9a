using Domain.Questions;
using Domain.Resolving;
using Marten;
using Store.Appending;

namespace Worker.FollowingConditions;

/// <summary>A conditional question was opened: its condition may have failed while it was a draft.</summary>
/// <param name="Stream">The conditional question's stream.</param>
public sealed record MeetCondition(string Stream);

/// <summary>Makes a conditional question follow the outcome of its condition.</summary>
public static class MeetConditionHandler
{
    /// <summary>Annuls the question if its condition has already failed.</summary>
    public static async Task Handle(MeetCondition message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        if (await session.LoadAsync<Question>(message.Stream, token) is not { Condition: { } wanted } dependant)
            return;
        if (await session.HeldAsync(wanted.Question, token) is not { } condition)
            return;
        session.LastModifiedBy = "worker";
        session.Append(dependant.Id, dependant.Version, ResolutionDecisions.FollowCondition(dependant, condition).Events, clock.GetUtcNow().ToMicroseconds());
    }
}
