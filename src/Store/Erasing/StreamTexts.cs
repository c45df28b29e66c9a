using Domain.Erasures;
using Domain.Ledger.Leaves;
using Marten;
using Npgsql;
using Store.Events;
using Store.Ledger;

namespace Store.Erasing;

/// <summary>An event with its free texts.</summary>
/// <param name="Sequence">Its place among all events.</param>
/// <param name="Event">The event, with its data as they are stored.</param>
/// <param name="Texts">Its free texts, in the order of the leaf's commitments.</param>
/// <param name="Erased">Which of them were erased, as events of its stream say.</param>
public sealed record EventTexts(long Sequence, RecordedEvent Event, IReadOnlyList<HeldText> Texts, IReadOnlySet<int> Erased)
{
    /// <summary>Whether a text was erased, or says nothing that could be.</summary>
    internal bool IsGone(HeldText text) => Erased.Contains(text.Index) || WrittenTexts.SaysNothing(text);

    /// <summary>The texts that can be erased by themselves.</summary>
    public IReadOnlyList<ErasableText> Erasable
    {
        get
        {
            var places = ErasablePlaces.Of(Event.Type);
            return [.. Texts.Where(t => places.Contains(t.Place)).Select(t => new ErasableText(t.Index, t.Place[1..], IsGone(t)))];
        }
    }
}

/// <summary>Reads events with their free texts, in the transaction of a session.</summary>
public static class StreamTexts
{
    /// <summary>The event of an id; null where there is none.</summary>
    public static async Task<EventTexts?> FindAsync(IQuerySession session, Guid id, CancellationToken token)
    {
        // The leaf knows where its event is. The event store has no index of ids, so only the events after the last leaf are looked through.
        var leaf = $"select sequence from {LedgerTables.Entries} where event_id = $1";
        var through = $"select coalesce(max(through), 0) from {LedgerTables.Tree}";
        await using var command = new NpgsqlCommand(
            $"""
            (select {StoredEvents.Columns("e")} from {EventSql.Events} e where e.seq_id = ({leaf}) and e.id = $1)
            union all
            (select {StoredEvents.Columns("e")} from {EventSql.Events} e where e.seq_id > ({through}) and e.id = $1 and not exists ({leaf}))
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await ReadAsync(session, command, token) is [var found, ..] ? found : null;
    }

    /// <summary>The events of streams, in the order of recording.</summary>
    public static async Task<IReadOnlyList<EventTexts>> OfAsync(IQuerySession session, IReadOnlyCollection<string> streams, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"select {StoredEvents.Columns("e")} from {EventSql.Events} e where e.stream_id = any($1) order by e.seq_id"
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. streams] });
        return await ReadAsync(session, command, token);
    }

    /// <summary>The version of a stream: the number of its events.</summary>
    public static async Task<long> VersionAsync(IQuerySession session, string stream, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select version from {EventSql.Streams} where id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    private static async Task<IReadOnlyList<EventTexts>> ReadAsync(IQuerySession session, NpgsqlCommand command, CancellationToken token)
    {
        var stored = new List<SequencedEvent>();
        await using (var reader = (NpgsqlDataReader)await session.ExecuteReaderAsync(command, token))
        {
            while (await reader.ReadAsync(token))
                stored.Add(StoredEvents.Read(reader, 0));
        }

        var erasures = await RecordedErasures.OfAsync(session, [.. stored.Select(e => e.Event.Stream).Distinct(StringComparer.Ordinal)], token);
        var erased = erasures.Keys.ToLookup(k => k.Event, k => k.Text);
        var events = new List<EventTexts>(stored.Count);
        foreach (var (sequence, recorded) in stored)
        {
            var places = FreeTextPlaces.Of(recorded.Type) ?? throw new UnknownEventException(recorded.Type);
            var canonical = CanonicalJson.Canonicalize(recorded.Data.Span).Value;
            events.Add(new EventTexts(sequence, recorded, FreeTexts.Of(canonical, places), erased[recorded.Id].ToHashSet()));
        }

        return events;
    }
}
