using System.Text.Json;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>
/// Every outcome that a question ever had is scored, and scored once because of itself; the generation has read everything that was recorded before the
/// outcome.
/// </summary>
internal static class ScoredOnce
{
    private sealed record Generation(StoredEvent Stored, string Trigger, long TriggerEvent, long LastEventRead, Dictionary<string, int> Revisions)
    {
        public override string ToString() => $"Generation {Stored.Version} of {Stored.Subject}";
    }

    public static IEnumerable<Finding> Check(StoreContents store)
    {
        var generations = store.Events.Where(e => e.Type == "question_scored").Select(Read).ToLookup(g => g.Stored.Subject);
        var claims = store.Events.Where(e => e.IsClaim).ToList();
        var places = claims.Select(c => c.Sequence).ToHashSet();
        foreach (var claim in claims)
        {
            var own = generations[claim.Subject].Where(g => g.TriggerEvent == claim.Sequence && Is(g.Trigger, TriggerOf(claim))).ToList();
            if (own.Count == 0)
                yield return new Finding(nameof(ScoredOnce), $"{claim.Type} of {claim.Subject} was never scored.", null, claim.Sequence);
            if (own.Count > 1)
            {
                var all = string.Join(", ", own.Select(g => g.Stored.Version));
                yield return new Finding(
                    nameof(ScoredOnce),
                    $"{claim.Type} of {claim.Subject} was scored in the generations {all}.",
                    null,
                    own[1].Stored.Sequence
                );
            }
        }

        var steps = store.Events.Where(e => e.IsForecastStep).ToLookup(e => e.Subject);
        var windows = Windows(store);
        foreach (var generation in generations.SelectMany(g => g))
        {
            if (!places.Contains(generation.TriggerEvent))
                yield return new Finding(nameof(ScoredOnce), $"Event {generation.TriggerEvent} is no outcome.", null, generation.Stored.Sequence);
            var missed = steps[generation.Stored.Subject].Where(s => s.Sequence < generation.TriggerEvent && s.Sequence > generation.LastEventRead).ToList();
            if (missed.Count > 0 && IsSettled(generation))
            {
                yield return new Finding(
                    nameof(ScoredOnce),
                    $"{generation} read up to {generation.LastEventRead}, and {missed[0].Stream} had a later step before the outcome.",
                    null,
                    missed[0].Sequence
                );
            }

            if (IsSettled(generation) && windows.TryGetValue(generation.Stored.Subject, out var window))
            {
                foreach (var finding in Rows(generation, steps[generation.Stored.Subject], window))
                    yield return finding;
            }
        }
    }

    /// <summary>Who has stated forecasts and never withdrawn them has a row, and the row has as many revisions.</summary>
    private static IEnumerable<Finding> Rows(Generation generation, IEnumerable<StoredEvent> steps, (DateTimeOffset From, DateTimeOffset To) window)
    {
        var known = DateTimeOffset.Parse(generation.Stored.Text("knownAt")!, System.Globalization.CultureInfo.InvariantCulture);
        var end = known < window.To ? known : window.To;
        foreach (var stream in steps.Where(s => s.Sequence < generation.TriggerEvent).GroupBy(s => s.Stream))
        {
            var made = stream.OrderBy(s => s.Version).ToList();
            var inWindow = made.All(s =>
                s.At >= window.From && s.At < end && s.Import is null && s.Type != "forecast_withdrawn" && s.Text("expiresAt") is null
            );
            if (!inWindow || made.Zip(made.Skip(1)).Any(p => p.First.At >= p.Second.At))
                continue;
            var analyst = stream.Key.Split('/')[2];
            if (!generation.Revisions.TryGetValue(analyst, out var revisions))
                yield return new Finding(nameof(ScoredOnce), $"{generation} has no row for {analyst}.", null, generation.Stored.Sequence);
            else if (revisions < made.Count - 1)
            {
                yield return new Finding(
                    nameof(ScoredOnce),
                    $"{generation} counts {revisions} revisions of {analyst}, who had made {made.Count - 1} before the outcome.",
                    null,
                    generation.Stored.Sequence
                );
            }
        }
    }

    /// <summary>When each question opened and closed, of those whose close never moved.</summary>
    private static Dictionary<string, (DateTimeOffset From, DateTimeOffset To)> Windows(StoreContents store)
    {
        var moved = store.Events.Where(e => e.Type is "close_rescheduled" or "question_closed").Select(e => e.Subject).ToHashSet(StringComparer.Ordinal);
        return store
            .Events.Where(e => e.Type == "question_drafted" && !moved.Contains(e.Subject))
            .ToDictionary(e => e.Subject, e => (Instant(e, "opensAt"), Instant(e, "closesAt")), StringComparer.Ordinal);
    }

    private static DateTimeOffset Instant(StoredEvent stored, string field) =>
        DateTimeOffset.Parse(stored.Text(field)!, System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsSettled(Generation generation) => generation.Stored.Text("outcome") is not ("annulled" or "unresolved");

    private static string TriggerOf(StoredEvent claim) =>
        claim.Type switch
        {
            "question_resolved" => "resolution",
            "resolution_corrected" => "correction",
            "question_annulled" => "annulment",
            _ => "takenBack",
        };

    private static bool Is(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static Generation Read(StoredEvent stored)
    {
        using var data = JsonDocument.Parse(stored.Data);
        var root = data.RootElement;
        return new Generation(
            stored,
            root.GetProperty("trigger").GetString()!,
            root.GetProperty("triggerEvent").GetInt64(),
            root.GetProperty("lastEventRead").GetInt64(),
            root.GetProperty("rows").EnumerateArray().ToDictionary(r => r.GetProperty("forecaster").GetString()!, r => r.GetProperty("revisions").GetInt32())
        );
    }
}
