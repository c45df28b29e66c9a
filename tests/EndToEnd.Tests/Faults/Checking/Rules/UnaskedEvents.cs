using EndToEnd.Tests.Faults.Checking.ListAppend;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>Every event is what somebody asked for and was not refused, or what the service does by itself, or a row of an import.</summary>
internal static class UnaskedEvents
{
    private static readonly string[] Worker = ["question_closed", "question_annulled", "resolution_taken_back", "forecast_expired"];

    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store, Attribution attribution)
    {
        var imports = history.Imports.Select(i => i.Import).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var unnamed = history.Imports.Any(i => i.Import is null);
        var expected = attribution.Effects.Where(e => e.Effect.Ending != Ending.NotDone).SelectMany(e => e.Events).Select(e => e.Sequence).ToHashSet();
        var refused = attribution
            .Effects.Where(e => e.Effect.Ending == Ending.NotDone)
            .SelectMany(e => e.Events.Select(v => (v.Sequence, e.Effect)))
            .GroupBy(e => e.Sequence)
            .ToDictionary(g => g.Key, g => g.First().Effect);
        foreach (var stored in store.Events)
        {
            if (refused.TryGetValue(stored.Sequence, out var effect))
            {
                yield return new Finding(
                    nameof(UnaskedEvents),
                    $"{effect} was refused, and {stored.Type} of {stored.Stream} is there.",
                    effect.Intent.First.Id,
                    stored.Sequence
                );
            }
            else if (stored.Import is { } import)
            {
                if (!imports.Contains(import) && !unnamed)
                    yield return new Finding(
                        nameof(UnaskedEvents),
                        $"{stored.Type} of {stored.Stream} is of the import {import}, which nobody sent.",
                        null,
                        stored.Sequence
                    );
            }
            else if (attribution.OperationOf(stored) is { } operation)
            {
                // Registering somebody also gives out a first token.
                var also = operation.Kind == OperationKind.RegisterAnalyst && stored.Type == "token_issued";
                if (!expected.Contains(stored.Sequence) && !also)
                    yield return new Finding(
                        nameof(UnaskedEvents),
                        $"{operation.Method} {operation.Path} did not ask for {stored.Type} of {stored.Stream}.",
                        operation.Id,
                        stored.Sequence
                    );
            }
            else if (stored.Type != "question_scored" && !(stored.User == "worker" && Worker.Contains(stored.Type)) && !IsFounding(stored))
            {
                yield return new Finding(nameof(UnaskedEvents), $"Nobody asked for {stored.Type} of {stored.Stream}, by {stored.User}.", null, stored.Sequence);
            }
        }
    }

    /// <summary>The owner is made on the first start, and what serves the service itself.</summary>
    private static bool IsFounding(StoredEvent stored) => stored.Stream == "analyst/owner" && stored.Type is "analyst_registered" or "token_issued";
}
