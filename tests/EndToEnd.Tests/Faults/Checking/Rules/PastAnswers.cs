using System.Globalization;
using System.Text.Json;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>
/// What stands on a question <c>asOf</c> an instant, as was known at another, is what the record says: everything that was acknowledged before the read was
/// asked, nothing that was asked for after it was answered, and of what was under way meanwhile a beginning of each stream.
/// </summary>
internal static class PastAnswers
{
    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store, Attribution attribution)
    {
        var known = new Dictionary<long, (DateTimeOffset Asked, DateTimeOffset? Acknowledged)>();
        foreach (var (effect, events) in attribution.Effects)
        {
            foreach (var stored in events)
                known[stored.Sequence] = (attribution.OperationOf(stored)!.AskedAt, effect.Intent.AcknowledgedAt);
        }

        var streams = store
            .Events.Where(e => e.Stream.StartsWith("forecast/", StringComparison.Ordinal))
            .GroupBy(e => e.Stream)
            .ToLookup(s => s.First().Subject);
        foreach (var read in history.Operations.Where(o => o is { Kind: OperationKind.Read, Status: 200, AnswerBody: not null, AnsweredAt: not null }))
        {
            if (!AskedFor(read, out var slug, out var asOf, out var knownAt))
                continue;
            using var answer = JsonDocument.Parse(read.AnswerBody!);
            if (answer.RootElement.TryGetProperty("next", out var next) && next.ValueKind != JsonValueKind.Null)
                continue;
            var shown = answer.RootElement.GetProperty("items").EnumerateArray().ToDictionary(i => i.GetProperty("analyst").GetString()!, Statement);
            foreach (var stream in streams[slug])
            {
                var events = stream.OrderBy(e => e.Version).ToList();
                // An expiry ends a step without an event of its own, and a file dates steps back; other rules look at those.
                if (events.Any(e => !e.IsForecastStep || e.Import is not null || e.Text("expiresAt") is not null))
                    continue;
                var analyst = stream.Key.Split('/')[2];
                var must = events.FindLastIndex(e => known.TryGetValue(e.Sequence, out var k) && k.Acknowledged < read.AskedAt) + 1;
                var may = events.FindLastIndex(e => known.TryGetValue(e.Sequence, out var k) && k.Asked < read.AnsweredAt) + 1;
                var possible = Possible(events, must, Math.Max(must, may), asOf, knownAt);
                var seen = shown.GetValueOrDefault(analyst);
                if (!possible.Contains(seen))
                {
                    yield return new Finding(
                        nameof(PastAnswers),
                        $"{read.Path} shows {seen ?? "nothing"} of {analyst}; the record has {string.Join(" or ", possible.Select(p => p ?? "nothing"))}.",
                        read.Id,
                        events[Math.Max(0, must - 1)].Sequence
                    );
                }
            }

            foreach (var (analyst, statement) in shown.Where(s => !streams[slug].Any(t => t.Key == $"forecast/{slug}/{s.Key}")))
                yield return new Finding(nameof(PastAnswers), $"{read.Path} shows {statement} of {analyst}, who never made a forecast there.", read.Id);
        }
    }

    /// <summary>What may stand, as the stream was seen up to its version <paramref name="least"/> or any up to <paramref name="most"/>.</summary>
    private static HashSet<string?> Possible(List<StoredEvent> events, int least, int most, DateTimeOffset asOf, DateTimeOffset knownAt)
    {
        var possible = new HashSet<string?>();
        StoredEvent? standing = null;
        for (var seen = 0; ; seen++)
        {
            if (seen >= least)
                possible.Add(standing is null || standing.Type == "forecast_withdrawn" ? null : Statement(standing));
            if (seen == most)
                return possible;
            var next = events[seen];
            if (
                next.At <= knownAt
                && Instant(next.Text("madeAt")!) is var made
                && made <= asOf
                && (standing is null || made >= Instant(standing.Text("madeAt")!))
            )
                standing = next;
        }
    }

    private static bool AskedFor(ClientOperation read, out string slug, out DateTimeOffset asOf, out DateTimeOffset knownAt)
    {
        (slug, asOf, knownAt) = ("", DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        if (read.Path.Split('?') is not [var path, var query] || path.Split('/') is not [_, "questions", var named, "forecasts"])
            return false;
        slug = named;
        foreach (var part in query.Split('&'))
        {
            if (part.Split('=') is not [var name, var value] || name is not ("asOf" or "knownAt"))
                return false;
            var instant = Instant(Uri.UnescapeDataString(value));
            if (name == "asOf")
                asOf = instant;
            else
                knownAt = instant;
        }

        // Without asOf it is as of the present of a process, whose clock may have been wrong.
        return asOf < DateTimeOffset.MaxValue;
    }

    private static string Statement(JsonElement item) =>
        FormattableString.Invariant(
            $"{(item.TryGetProperty("probability", out var p) ? p.GetRawText() : "?")} made at {item.GetProperty("madeAt").GetDateTimeOffset().UtcDateTime:O}"
        );

    private static string Statement(StoredEvent stored)
    {
        using var data = JsonDocument.Parse(stored.Data);
        var stated = data.RootElement.GetProperty("statement");
        var probability = stated.TryGetProperty("probability", out var p) && p.ValueKind == JsonValueKind.Number ? p.GetRawText() : "?";
        return FormattableString.Invariant($"{probability} made at {Instant(stored.Text("madeAt")!).UtcDateTime:O}");
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
