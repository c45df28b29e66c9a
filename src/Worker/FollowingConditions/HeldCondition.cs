using Domain;
using Domain.Questions;
using Marten;

namespace Worker.FollowingConditions;

internal static class HeldCondition
{
    /// <summary>
    /// The condition, held until the session saves: an outcome confirmed meanwhile waits and is followed after, so that what a dependant
    /// does never goes by an outcome that has ceased to stand.
    /// </summary>
    public static async Task<Question?> HeldAsync(this IDocumentSession session, string slug, CancellationToken token) =>
        (await session.Events.FetchForExclusiveWriting<Question>(StreamKeys.Question(slug), token)).Aggregate;
}
