using JasperFx.Events;
using Marten;

namespace Store.Events;

/// <summary>Reads events by their sequence.</summary>
public static class RecordedEvents
{
    // Names that this version does not know come from a newer node. This version cannot read those events, so it does not report them.
    private static readonly string[] Names = [.. EventNames.All.Values];

    /// <summary>The events with a sequence in (<paramref name="after"/>, <paramref name="through"/>], in order.</summary>
    public static async Task<IReadOnlyList<IEvent>> BetweenAsync(IQuerySession session, long after, long through, int limit, CancellationToken token) =>
        await session
            .Events.QueryAllRawEvents()
            .Where(e => e.Sequence > after && e.Sequence <= through && Names.Contains(e.EventTypeName))
            .OrderBy(e => e.Sequence)
            .Take(limit)
            .ToListAsync(token);
}
