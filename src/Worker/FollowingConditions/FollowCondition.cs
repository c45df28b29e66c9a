using Domain;
using Domain.Questions;
using Domain.Resolutions;
using Marten;
using Store;

namespace Worker.FollowingConditions;

/// <summary>A question has an outcome: those that were asked only in the case of another one are void.</summary>
public sealed record FollowCondition(string Condition, string? Causation);

/// <summary>Annuls the conditional questions whose condition failed; those annulled already are left alone, so redelivery changes nothing.</summary>
public static class FollowConditionHandler
{
    public static async Task Handle(FollowCondition message, IDocumentSession session, TimeProvider clock, CancellationToken token)
    {
        using var activity = Reactions.Continue("follow condition", message.Causation);
        var condition = await session.LoadAsync<Question>(StreamKeys.Question(message.Condition), token);
        if (condition?.Resolution is null) return;

        session.CausationId = activity?.Id ?? message.Causation;
        session.LastModifiedBy = "worker";
        var dependants = await session.Query<Question>().Where(q => q.Condition!.Question == message.Condition).ToListAsync(token);
        foreach (var dependant in dependants)
        {
            session.Append(
                dependant.Id,
                dependant.Version,
                ResolutionDecisions.FollowCondition(dependant, condition).Events,
                clock.GetUtcNow().ToMicroseconds());
        }
    }
}
