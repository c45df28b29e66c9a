using Domain;
using Domain.Questions;
using Marten;

namespace Worker.FollowingConditions;

internal static class HeldCondition
{
    /// <summary>
    /// The condition, locked until the session saves. An outcome that is confirmed in the meantime waits and is followed later, so a dependent question never
    /// follows an outcome that no longer stands.
    /// </summary>
    public static async Task<Question?> HeldAsync(this IDocumentSession session, string slug, CancellationToken token) =>
        (await session.Events.FetchForExclusiveWriting<Question>(StreamKeys.Question(slug), token)).Aggregate;
}
