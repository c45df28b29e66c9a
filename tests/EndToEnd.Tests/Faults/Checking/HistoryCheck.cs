using EndToEnd.Tests.Faults.Checking.ListAppend;
using EndToEnd.Tests.Faults.Checking.Rules;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>Holds what was read of the store against what the clients were told, by every rule.</summary>
internal static class HistoryCheck
{
    public static CheckReport Of(FaultHistory history, StoreContents store)
    {
        var attribution = new Attribution(history, store);
        return new CheckReport(
            [
                .. AcknowledgedEvents.Check(attribution),
                .. RepeatedEvents.Check(attribution),
                .. UnaskedEvents.Check(history, store, attribution),
                .. StreamVersions.Check(store),
                .. OrderOfClients.Check(history, store, attribution),
                .. PastAnswers.Check(history, store, attribution),
                .. ReadsGoForward.Check(history, attribution),
                .. ReplayedAnswers.Check(attribution),
                .. ScoredOnce.Check(store),
                .. LiveEvents.Check(history, store),
                .. WebhookDeliveries.Check(history, store, attribution),
                .. ImportedRows.Check(history, store),
                .. ViewsAsRebuilt.Check(store),
                .. LoggedEvents.Check(history, store),
            ],
            attribution.Effects.Count(e => e.Effect.Ending == Ending.Done),
            attribution.Effects.Count(e => e.Effect.Ending == Ending.Unknown),
            store.Events.Count,
            store.Events.Count(e => e.Type == "question_scored")
        );
    }
}
