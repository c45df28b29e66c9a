using Domain;
using Domain.Erasures;
using Domain.People;
using Marten;
using Npgsql;
using Store.Appending;
using Store.Events;
using Store.GroupCommit;
using Store.People;
using Store.Webhooks;

namespace Store.Erasing;

/// <summary>How much of a person was erased.</summary>
/// <param name="Events">In how many events.</param>
/// <param name="Texts">How many texts, the name and the identity among them.</param>
/// <param name="Version">The version of the analyst from then on.</param>
public sealed record ErasedPerson(int Events, int Texts, long Version);

/// <summary>
/// Erases in a session whose transaction the caller commits. What is erased is gone from the events, the salts, the documents and the kept answers at once;
/// from the files of the database once its tables were written anew (docs/operations.md).
/// </summary>
/// <param name="session">A session in a transaction, which saves do not commit.</param>
/// <param name="at">When, UTC, in whole microseconds.</param>
public sealed class Erasures(IDocumentSession session, DateTimeOffset at)
{
    /// <summary>Erases texts of an event, and the same texts in other events of its stream.</summary>
    /// <param name="found">The event.</param>
    /// <param name="texts">The places of the texts among its texts (<see cref="ErasableText.Index"/>).</param>
    /// <param name="reason">Why.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>What was recorded, and the version of the stream from then on.</returns>
    /// <exception cref="UnloggedEventException">The event has no leaf yet.</exception>
    public async Task<(TextsErased Says, long Version)> TextsAsync(EventTexts found, IReadOnlySet<int> texts, string reason, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(found);
        var erasure = new TextErasure(session, at, token);
        var stream = await StreamTexts.OfAsync(session, [found.Event.Stream], token);
        var says = erasure.Add(stream, (e, t) => e.Event.Id == found.Event.Id && texts.Contains(t.Index), reason)!;
        await erasure.SaveAsync();
        return (says, stream[^1].Event.Version + 1);
    }

    /// <summary>
    /// Erases a person: the name, the identity, the tokens, the roles, the webhooks, why the person forecast so, and what the person remarked on questions and
    /// their outcomes. The slug stays, and under it the forecasts and their scores.
    /// </summary>
    /// <param name="analyst">The person.</param>
    /// <param name="reason">Why.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="UnloggedEventException">An event has no leaf yet.</exception>
    public async Task<ErasedPerson> PersonAsync(Analyst analyst, string reason, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(analyst);
        // An import that records under the name ends first, or sees afterwards that the person was erased.
        await session.LockAnalystAsync(analyst.Id, token);
        var erasure = new TextErasure(session, at, token);
        var erased = new List<ErasedTexts>();
        var remarks = await RemarksAsync(analyst.Slug, token);
        var forecasts = await ForecastStreamsAsync(analyst.Slug, token);
        var own = new HashSet<string>(forecasts, StringComparer.Ordinal);
        var events = await StreamTexts.OfAsync(session, [.. own.Union(remarks.Select(r => r.Stream), StringComparer.Ordinal)], token);
        var written = remarks.Select(r => r.Event).ToHashSet();
        foreach (var stream in events.GroupBy(e => e.Event.Stream, StringComparer.Ordinal))
        {
            if (erasure.Add([.. stream], (e, _) => own.Contains(stream.Key) || written.Contains(e.Event.Id), reason) is { } says)
                erased.AddRange(says.Erased);
        }

        var named = (await StreamTexts.OfAsync(session, [analyst.Id], token))
            .Where(e => e.Event.Type == EventNames.Of<AnalystRegistered>())
            .Select(e => erasure.Add(e, e.Texts.Where(t => t.Place is "/name" or "/subject")))
            .ToList();
        erased.AddRange(named);
        var decided = AnalystDecisions.Erase(analyst, named, at, reason);
        session.Append(analyst.Id, analyst.Version, decided, at);
        Identities.Forget(session, analyst.Slug);
        await Deliveries.ForgetAsync(session, analyst.Slug, token);
        await erasure.SaveAsync();
        return new ErasedPerson(erased.Count, erased.Sum(e => e.Texts.Count), analyst.Version + decided.Count);
    }

    private async Task<IReadOnlyList<string>> ForecastStreamsAsync(string analyst, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select id from {EventSql.Streams} where type = 'forecast' and split_part(id, '/', 3) collate \"C\" = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = analyst });
        var streams = new List<string>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
            streams.Add(reader.GetString(0));
        return streams;
    }

    private async Task<IReadOnlyList<(string Stream, Guid Event)>> RemarksAsync(string analyst, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(EventsByAuthor.Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = analyst });
        var events = new List<(string, Guid)>();
        await using var reader = await session.ExecuteReaderAsync(command, token);
        while (await reader.ReadAsync(token))
            events.Add((reader.GetString(0), reader.GetGuid(1)));
        return events;
    }
}
