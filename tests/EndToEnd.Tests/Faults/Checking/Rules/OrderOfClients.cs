using System.Text.Json;
using EndToEnd.Tests.Faults.Checking.ListAppend;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Checking.Rules;

/// <summary>
/// One order explains everything that was written to forecasts and questions and everything that was read of forecasts' histories, and it is the order of
/// time: what was answered before something else was asked for comes before it. A stream is a list to which each write appends; the store itself, read at the
/// end, is one more reader of each.
/// </summary>
internal static class OrderOfClients
{
    private const int Store = -1;

    public static IEnumerable<Finding> Check(FaultHistory history, StoreContents store, Attribution attribution)
    {
        var transactions = new List<Transaction>();
        var ofOperation = new List<(ClientOperation? Operation, long? Event)>();
        void Take(int process, long asked, long answered, Ending ending, Step step, ClientOperation? operation, long? sequence)
        {
            transactions.Add(new Transaction(transactions.Count, process, asked, answered, ending, [step]));
            ofOperation.Add((operation, sequence));
        }

        var written = new HashSet<long>();
        foreach (var (effect, events) in attribution.Effects)
        {
            // One that is not there, or is there twice, is another rule's; what is left has its place in a stream.
            if (events is not [var stored] || effect.Ending == Ending.NotDone)
                continue;
            written.Add(stored.Sequence);
            var answered = effect.Ending == Ending.Done ? AnsweredAt(effect) : Transaction.Never;
            var asked = attribution.OperationOf(stored)!;
            Take(asked.Client, asked.AskedAt.UtcTicks, answered, effect.Ending, new Step.Append(stored.Stream, Value(stored)), asked, stored.Sequence);
        }

        // What the service and imports wrote is in the lists too, at a time that nobody knows.
        foreach (var stored in store.Events.Where(e => !written.Contains(e.Sequence)))
            Take(Store, long.MinValue, Transaction.Never, Ending.Unknown, new Step.Append(stored.Stream, Value(stored)), null, stored.Sequence);
        var comparable = store.Events.GroupBy(e => e.Stream).Where(IsReadInOrder).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var read in history.Operations.Where(o => o is { Kind: OperationKind.Read, Status: 200, AnsweredAt: not null }))
        {
            if (StepsRead(read) is var (stream, values) && comparable.Contains(stream))
                Take(read.Client, read.AskedAt.UtcTicks, read.AnsweredAt!.Value.UtcTicks, Ending.Done, new Step.Read(stream, values), read, null);
        }

        var end = history.Operations.Select(o => (o.AnsweredAt ?? o.AskedAt).UtcTicks).DefaultIfEmpty(0).Max() + 1;
        foreach (var stream in store.Events.GroupBy(e => e.Stream))
        {
            var values = stream.OrderBy(e => e.Version).Select(Value).ToList();
            Take(Store, end, end + 1, Ending.Done, new Step.Read(stream.Key, values), null, null);
        }

        foreach (var anomaly in ListAppendCheck.Check(transactions, strict: true))
        {
            var named = anomaly.Transactions.Select(t => ofOperation[(int)t]).ToList();
            yield return new Finding(
                nameof(OrderOfClients),
                $"{anomaly.Kind}: {string.Join(" → ", named.Select(n => Name(n.Operation, n.Event)))}. {anomaly.Text}",
                named.Select(n => n.Operation?.Id).FirstOrDefault(id => id is not null),
                named.Select(n => n.Event).FirstOrDefault(e => e is not null)
            );
        }
    }

    private static string Name(ClientOperation? operation, long? stored) =>
        operation is not null ? $"operation {operation.Id} ({operation.Kind} of client {operation.Client})"
        : stored is { } sequence ? $"event {sequence}"
        : "the store";

    /// <summary>When the client knew. A batch that was cut off was answered at the latest when it broke.</summary>
    private static long AnsweredAt(Effect effect) =>
        (effect.Intent.AcknowledgedAt ?? effect.Intent.Attempts.Max(a => a.AnsweredAt))?.UtcTicks ?? Transaction.Never;

    private static string Value(StoredEvent stored) => stored.Id.ToString("N");

    /// <summary>
    /// Whether a history of the stream shows it as it was appended. A history goes by the instants at which steps were made, which are those of recording
    /// unless they came from a file or a clock was set back; and an expiry is no step of it.
    /// </summary>
    private static bool IsReadInOrder(IEnumerable<StoredEvent> stream)
    {
        var last = DateTimeOffset.MinValue;
        foreach (var stored in stream.OrderBy(e => e.Version))
        {
            if (!stored.IsForecastStep || stored.Import is not null || stored.At < last)
                return false;
            last = stored.At;
        }

        return true;
    }

    /// <summary>What a read of a forecast's history showed, where it was one and showed the whole.</summary>
    private static (string Stream, IReadOnlyList<string> Values)? StepsRead(ClientOperation read)
    {
        if (
            read.Path.Contains('?', StringComparison.Ordinal)
            || read.AnswerBody is null
            || read.Path.Split('/') is not [_, "questions", var slug, "forecasts", var analyst]
        )
            return null;
        using var answer = JsonDocument.Parse(read.AnswerBody);
        if (answer.RootElement.TryGetProperty("next", out var next) && next.ValueKind != JsonValueKind.Null)
            return null;
        return (
            $"forecast/{slug}/{analyst}",
            [.. answer.RootElement.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("eventId").GetGuid().ToString("N"))]
        );
    }
}
