using Domain.People;
using Domain.Questions;
using Domain.Scoring;
using JasperFx.Events;
using Marten;
using Npgsql;
using Store.Bulk;

namespace Store.Rebuilding;

/// <summary>How far a rebuild has come.</summary>
/// <param name="Document">What is rebuilt: <c>question</c>, <c>analyst</c> or <c>scorings</c>.</param>
/// <param name="Done">Streams folded.</param>
/// <param name="Changed">Of these, how many had a document that said something else, or none.</param>
/// <param name="Of">Streams in all.</param>
public readonly record struct RebuildProgress(string Document, long Done, long Changed, long Of);

/// <summary>
/// Makes the documents that are kept beside their streams (questions, analysts, the latest scores) anew from the events. The service goes on
/// meanwhile: it answers from the old document of a stream until the transaction that replaces it commits, and writers of the streams that are
/// just being folded wait for that moment.
/// </summary>
public sealed class SnapshotRebuild(NpgsqlDataSource database, IDocumentStore store)
{
    private const int AtATime = 500;

    /// <summary>Rebuilds all of them. Cut off and started again it begins anew, and finds less to change.</summary>
    /// <returns>How many documents were changed.</returns>
    public async Task<long> RunAsync(IProgress<RebuildProgress>? progress, CancellationToken token)
    {
        var changed = await RebuildAsync<Question>(
            (question, id, e) => (e.Data is QuestionDrafted drafted ? Question.Drafted(id, drafted) : question!.After(e.Data)) with { Version = e.Version }, progress, token);
        changed += await RebuildAsync<Analyst>((analyst, id, e) => Analyst.After(analyst, id, e.Data)! with { Version = e.Version }, progress, token);
        return changed + await RebuildAsync<Scorings>((scorings, id, e) => Scorings.After(scorings, id, e.Data)!, progress, token);
    }

    private async Task<long> RebuildAsync<T>(Func<T?, string, IEvent, T> fold, IProgress<RebuildProgress>? progress, CancellationToken token)
        where T : class
    {
        var name = typeof(T).Name.ToLowerInvariant();
        var streams = await StreamsAsync(name, token);
        long done = 0, changed = 0;
        foreach (var part in streams.Chunk(AtATime))
        {
            changed += await RebuildAsync(part, fold, token);
            done += part.Length;
            progress?.Report(new RebuildProgress(name, done, changed, streams.Count));
        }

        return changed;
    }

    private async Task<int> RebuildAsync<T>(string[] streams, Func<T?, string, IEvent, T> fold, CancellationToken token)
        where T : class
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // Held, the streams cannot grow between being read and being kept; in one order, so that nobody waits for whom waits for us.
        await using (var hold = new NpgsqlCommand($"select 1 from {ForecastStore.Schema}.mt_streams where id = any($1) order by id for update", connection, transaction))
        {
            hold.Parameters.Add(new NpgsqlParameter { Value = streams });
            await hold.ExecuteNonQueryAsync(token);
        }

        await using var session = store.QuerySession();
        var events = await session.Events.QueryAllRawEvents().Where(e => e.StreamKey!.IsOneOf(streams)).OrderBy(e => e.StreamKey).ThenBy(e => e.Version).ToListAsync(token);
        var kept = (await KeptAsync<T>(connection, transaction, streams, token)).ToDictionary(k => k.Id, k => k.Json, StringComparer.Ordinal);
        var serializer = store.Options.Serializer();
        var changed = new List<(string, T, long)>();
        foreach (var stream in events.GroupBy(e => e.StreamKey!, StringComparer.Ordinal))
        {
            var document = stream.Aggregate((T?)null, (d, e) => fold(d, stream.Key, e))!;
            if (kept.GetValueOrDefault(stream.Key) is { } json && Same(serializer, json, document)) continue;
            changed.Add((stream.Key, document, stream.Last().Version));
        }

        var append = new BulkAppend(store, transaction, new BulkOrigin("rebuild", null, null, DateTimeOffset.UnixEpoch));
        await append.KeepAsync(changed, token);
        await transaction.CommitAsync(token);
        return changed.Count;
    }

    /// <summary>Whether what is kept reads as the document; the database orders the fields as it likes, and a version before this one may have had fewer.</summary>
    private static bool Same<T>(ISerializer serializer, string json, T document)
        where T : class => serializer.ToJson(Importing.StoredJson.Read<T>(serializer, json)) == serializer.ToJson(document);

    private async Task<IReadOnlyList<string>> StreamsAsync(string type, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select id from {ForecastStore.Schema}.mt_streams where type = $1 order by id");
        command.Parameters.Add(new NpgsqlParameter { Value = type });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<string>();
        while (await reader.ReadAsync(token)) found.Add(reader.GetString(0));
        return found;
    }

    private async Task<IReadOnlyList<(string Id, string Json)>> KeptAsync<T>(NpgsqlConnection connection, NpgsqlTransaction transaction, string[] ids, CancellationToken token)
    {
        var table = ((IReadOnlyStoreOptions)store.Options).FindOrResolveDocumentType(typeof(T)).TableName.QualifiedName;
        await using var command = new NpgsqlCommand($"select id, data::text from {table} where id = any($1)", connection, transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<(string, string)>();
        while (await reader.ReadAsync(token)) found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }
}
