using Domain;
using JasperFx.Events;
using Marten;

namespace Store.Appending;

/// <summary>Appends decided events with the name of the person who decided and the instant of the decision.</summary>
public static class EventAppending
{
    /// <summary>
    /// An instant as the database keeps it: microseconds. An instant of a decision and the instant of its recording compare equal only if both are cut to
    /// microseconds.
    /// </summary>
    public static DateTimeOffset ToMicroseconds(this DateTimeOffset instant) => Instants.ToMicroseconds(instant);

    /// <summary>Starts a stream with the events, each recorded at <paramref name="at"/>.</summary>
    public static void Start<TAggregate>(this IDocumentSession session, string stream, IEnumerable<object> events, DateTimeOffset at)
        where TAggregate : class => session.Events.StartStream<TAggregate>(stream, session.Stamped(events, at));

    /// <summary>Appends the events to a stream that must stand at <paramref name="version"/>; a stale one fails the save.</summary>
    /// <returns>The events with the ids under which they are recorded.</returns>
    public static IReadOnlyList<IEvent> Append(this IDocumentSession session, string stream, long version, IEnumerable<object> events, DateTimeOffset at)
    {
        var stamped = session.Stamped(events, at);
        if (stamped.Length > 0)
            session.Events.Append(stream, version + stamped.Length, stamped);
        return [.. stamped.Cast<IEvent>()];
    }

    /// <summary>Appends the events to a stream that must stand at <paramref name="version"/>, or starts it at 0; a stale one fails the save.</summary>
    /// <typeparam name="TAggregate">What the stream folds into.</typeparam>
    /// <returns>The events with the ids under which they are recorded.</returns>
    public static IReadOnlyList<IEvent> Append<TAggregate>(
        this IDocumentSession session,
        string stream,
        long version,
        IEnumerable<object> events,
        DateTimeOffset at
    )
        where TAggregate : class
    {
        if (version > 0)
            return session.Append(stream, version, events, at);
        var stamped = session.Stamped(events, at);
        session.Events.StartStream<TAggregate>(stream, stamped);
        return [.. stamped.Cast<IEvent>()];
    }

    private static object[] Stamped(this IDocumentSession session, IEnumerable<object> events, DateTimeOffset at) =>
        [
            .. events.Select(data =>
            {
                var e = session.Events.BuildEvent(data);
                e.Timestamp = at;
                if (e.Id == Guid.Empty)
                    e.Id = Guid.CreateVersion7();
                return (object)e;
            }),
        ];
}
