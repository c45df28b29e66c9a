using Domain;
using Domain.Questions;
using Domain.Resolving;
using Marten;
using Store.Appending;

namespace Worker.FollowingConditions;

/// <summary>A question has an outcome, or no longer has one. The questions that are conditional on it follow.</summary>
/// <param name="Condition">The slug of the question on which others are conditional.</param>
/// <param name="Causation">What caused it; null if that is not known.</param>
public sealed record FollowCondition(string Condition, string? Causation);

/// <summary>Annuls the conditional questions whose condition failed, and revives those whose condition no longer fails. A redelivery changes nothing.</summary>
public static class FollowConditionHandler
{
    /// <summary>Appends to each conditional question what follows from the outcome of its condition.</summary>
    public static async Task Handle(FollowCondition message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        using var activity = Instrumentation.Continue("follow condition", message.Causation);
        if (await session.HeldAsync(message.Condition, token) is not { } condition)
            return;

        session.CausationId = activity?.Id ?? message.Causation;
        session.LastModifiedBy = "worker";
        var dependants = await session.Query<Question>().Where(q => q.Condition!.Question == message.Condition).ToListAsync(token);
        foreach (var dependant in dependants)
        {
            session.Append(
                dependant.Id,
                dependant.Version,
                ResolutionDecisions.FollowCondition(dependant, condition).Events,
                clock.GetUtcNow().ToMicroseconds()
            );
        }
    }
}
