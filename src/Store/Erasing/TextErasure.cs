using System.Text.Json;
using System.Text.Json.Nodes;
using Domain.Erasures;
using Domain.Ledger.Leaves;
using JasperFx.Events;
using Marten;
using Npgsql;
using Store.Appending;
using Store.Events;
using Store.Ledger;

namespace Store.Erasing;

/// <summary>An event has no leaf yet. It has one within a second, and is erased after that, so that the leaf commits to what was recorded.</summary>
public sealed class UnloggedEventException() : Exception("The ledger has not taken the event in yet.");

/// <summary>
/// Erases texts in one transaction: the event that says so, the texts in the data of their events, their salts, and the copies in documents, in kept answers
/// and in the reasons of refused rows.
/// </summary>
/// <param name="session">A session in a transaction that the caller commits; what it saves stands in the transaction alone.</param>
/// <param name="at">When the texts are erased, UTC, in whole microseconds.</param>
/// <param name="token">Ends it.</param>
internal sealed class TextErasure(IDocumentSession session, DateTimeOffset at, CancellationToken token)
{
    private readonly List<(EventTexts Event, List<HeldText> Texts)> _erased = [];
    private readonly string _words = ErasedText.Of(at);

    /// <summary>Chooses texts of an event; they are erased by <see cref="SaveAsync"/>.</summary>
    /// <returns>What the event that records the erasure says of them.</returns>
    public ErasedTexts Add(EventTexts recorded, IEnumerable<HeldText> texts)
    {
        var chosen = texts.ToList();
        _erased.Add((recorded, chosen));
        return new ErasedTexts(recorded.Event.Id, [.. chosen.Select(t => t.Index)]);
    }

    /// <summary>
    /// Chooses texts of events of one stream, and the same texts elsewhere in the stream, and appends the event that says so. A list that has one of the texts
    /// among others goes as a whole: it is one text to the ledger.
    /// </summary>
    /// <param name="stream">All events of the stream.</param>
    /// <param name="chosen">Which texts.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The event; null where nothing is chosen.</returns>
    public TextsErased? Add(IReadOnlyList<EventTexts> stream, Func<EventTexts, HeldText, bool> chosen, string reason)
    {
        var wanted = stream.Select(e => (Event: e, Texts: Erasable(e).Where(t => chosen(e, t)).ToList())).ToList();
        var same = wanted.SelectMany(w => w.Texts).SelectMany(WrittenTexts.Of).Where(t => t.Length > 0).ToHashSet(StringComparer.Ordinal);
        var erased = new List<ErasedTexts>();
        foreach (var (recorded, texts) in wanted)
        {
            var all = Erasable(recorded).Where(t => texts.Contains(t) || WrittenTexts.Of(t).Any(same.Contains)).ToList();
            if (all.Count > 0)
                erased.Add(Add(recorded, all));
        }

        if (erased.Count == 0)
            return null;
        var last = stream[^1].Event;
        var says = new TextsErased(erased, at, reason);
        session.Append(last.Stream, last.Version, [says], at);
        return says;
    }

    /// <summary>Records the erasures that were appended, and erases.</summary>
    /// <exception cref="UnloggedEventException">An event has no leaf yet.</exception>
    public async Task SaveAsync()
    {
        await session.SaveChangesAsync(token);
        var salts = await SaltsAsync();
        foreach (var (recorded, texts) in _erased)
        {
            var data = FreeTexts.Erase(recorded.Event.Data.ToArray(), texts, _words);
            // The event store writes the stored JSON itself, and no object that was read from it: an old leaf commits to fields that this version may not know.
            session.Events.OverwriteEvent(new Event<JsonNode>(JsonNode.Parse(data)!) { Id = recorded.Event.Id, Sequence = recorded.Sequence });
            if (salts.TryGetValue(recorded.Event.Id, out var kept))
            {
                session.QueueSqlCommand(
                    $"update {LedgerTables.Entries} set salts = ? where event_id = ?",
                    (kept with { Text = [.. kept.Text.Select((s, i) => texts.Any(t => t.Index == i) ? null : s)] }).Format(),
                    recorded.Event.Id
                );
            }
        }

        await session.SaveChangesAsync(token);
        await new DocumentCopies(session, token).FoldAgainAsync([.. _erased.Select(e => e.Event.Event.Stream).Distinct(StringComparer.Ordinal)]);
        var held = _erased.SelectMany(e => e.Texts).ToList();
        var copies = new AnswerCopies(
            session,
            [.. _erased.Select(e => e.Event.Event)],
            held.SelectMany(WrittenTexts.Of).ToHashSet(StringComparer.Ordinal),
            _words
        );
        await copies.EraseAsync(token);
        await RefusalCopies.EraseAsync(session, [.. held.SelectMany(WrittenTexts.Of), .. held.Select(WrittenTexts.Cell)], token);
        await session.SaveChangesAsync(token);
    }

    private static IEnumerable<HeldText> Erasable(EventTexts recorded)
    {
        var places = ErasablePlaces.Of(recorded.Event.Type);
        return recorded.Texts.Where(t => places.Contains(t.Place) && !recorded.IsGone(t));
    }

    /// <summary>The salts of the leaves of the events, locked.</summary>
    private async Task<Dictionary<Guid, LeafSalts>> SaltsAsync()
    {
        var ids = _erased.Select(e => e.Event.Event.Id).ToArray();
        var salts = await ReadSaltsAsync(ids);
        if (salts.Count < ids.Length)
        {
            // No log begins, and none goes on, until this is committed: it would make leaves of texts that are about to go.
            await using var hold = new NpgsqlCommand($"lock table {LedgerTables.Tree} in share mode; select 1 from {LedgerTables.Tree}");
            await using var reader = await session.ExecuteReaderAsync(hold, token);
            var isKept = await reader.ReadAsync(token);
            await reader.DisposeAsync();
            salts = await ReadSaltsAsync(ids);
            if (isKept && salts.Count < ids.Length)
                throw new UnloggedEventException();
        }

        return salts;
    }

    private async Task<Dictionary<Guid, LeafSalts>> ReadSaltsAsync(Guid[] ids)
    {
        await using var command = new NpgsqlCommand($"select event_id, salts from {LedgerTables.Entries} where event_id = any($1) for update");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = ids });
        var salts = new Dictionary<Guid, LeafSalts>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
        {
            var bytes = (byte[])reader.GetValue(1);
            salts[reader.GetGuid(0)] = LeafSalts.Parse(bytes).Is(out var kept, out var malformed)
                ? kept
                : throw new DamagedLogException($"salts cannot be read. {malformed.Reason}");
        }

        return salts;
    }
}
