using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>A reader of <c>/live</c> who goes on from the last id gets every announced event, once, in the order of the events.</summary>
internal static class LiveEvents
{
    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store)
    {
        var announced = store.Events.Where(Announcements.Includes).ToList();
        var received = history.LiveEvents.ToLookup(e => e.Reader);
        foreach (var reading in history.LiveReadings)
        {
            var last = reading.From;
            var got = new HashSet<long>();
            foreach (var live in received[reading.Reader].OrderBy(e => e.Order))
            {
                if (!got.Add(live.Id))
                    yield return new Finding(nameof(LiveEvents), $"Reader {reading.Reader} got event {live.Id} twice.", null, live.Id);
                else if (live.Id <= last)
                    yield return new Finding(nameof(LiveEvents), $"Reader {reading.Reader} got event {live.Id} after {last}.", null, live.Id);
                last = Math.Max(last, live.Id);
            }

            foreach (var stored in announced.Where(e => e.Sequence > reading.From))
            {
                if (!got.Remove(stored.Sequence))
                    yield return new Finding(
                        nameof(LiveEvents),
                        $"Reader {reading.Reader}, who read from {reading.From} to {reading.Through}, did not get {stored.Type} of {stored.Stream}.",
                        null,
                        stored.Sequence
                    );
            }

            foreach (var other in got)
                yield return new Finding(
                    nameof(LiveEvents),
                    $"Reader {reading.Reader} got event {other}, which is not there or is not announced.",
                    null,
                    other
                );
        }
    }
}
