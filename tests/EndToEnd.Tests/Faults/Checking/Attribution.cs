using EndToEnd.Tests.Faults.Checking.ListAppend;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>Which event is of which request: an event carries the trace of the request that brought it about.</summary>
internal sealed class Attribution
{
    private readonly Dictionary<string, (ClientOperation Operation, Intent Intent)> _byTrace = new(StringComparer.Ordinal);

    public Attribution(FaultHistory history, StoreContents store)
    {
        Intents = Intent.Of(history);
        // A read brings nothing about; what carries its trace all the same is to be found.
        var reads = history.Operations.Where(o => !o.IsWrite).Select(o => new Intent([o]));
        foreach (var intent in Intents.Concat(reads))
        {
            foreach (var attempt in intent.Attempts)
                _byTrace[attempt.Trace] = (attempt, intent);
        }

        var byIntent = store.Events.Where(e => OperationOf(e) is not null).ToLookup(e => _byTrace[e.Correlation!].Intent);
        Effects = [.. Intents.SelectMany(Effect.Of).Select(e => (e, EventsOf(e, byIntent[e.Intent])))];
    }

    public IReadOnlyList<Intent> Intents { get; }

    /// <summary>Every effect with the events that are it: one at most, if all is well.</summary>
    public IReadOnlyList<(Effect Effect, IReadOnlyList<StoredEvent> Events)> Effects { get; }

    /// <summary>The request that brought an event about; null where it is none of the clients'.</summary>
    public ClientOperation? OperationOf(StoredEvent stored) =>
        stored.Correlation is not null
        && stored.Import is null
        && !stored.Stream.StartsWith("scoring/", StringComparison.Ordinal)
        && _byTrace.TryGetValue(stored.Correlation, out var found)
        && stored.User == found.Operation.Caller
            ? found.Operation
            : null;

    private static IReadOnlyList<StoredEvent> EventsOf(Effect effect, IEnumerable<StoredEvent> ofIntent) =>
        [
            .. ofIntent.Where(e =>
                effect.Types.Contains(e.Type)
                && (effect.Stream is null || effect.Stream == e.Stream)
                && (effect.Marker is null || effect.Marker == e.Text("rationale"))
            ),
        ];
}
