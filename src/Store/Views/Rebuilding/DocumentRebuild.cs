using System.Data;
using Domain.People;
using Domain.Questions;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Appending;
using Store.Events;

namespace Store.Views.Rebuilding;

/// <summary>
/// Rebuilds the documents of streams (questions, analysts) from the events. The service continues: it reads the old document of a stream until the transaction
/// that replaces it commits. A document is committed with its events, so in one snapshot the two match. Correct documents are left alone. Only the streams of
/// the others are locked and folded again while their documents are replaced.
/// </summary>
internal sealed class DocumentRebuild(NpgsqlDataSource database, IDocumentStore store)
{
    private const int AtATime = 500;

    public Task<(long Done, long Changed)> QuestionsAsync(IProgress<RebuildProgress>? progress, CancellationToken token) =>
        RebuildAsync<Question>(RebuiltView.Questions, (question, id, data, e) => Question.Folded(question, id, data, e.Id, e.Version), progress, token);

    public Task<(long Done, long Changed)> AnalystsAsync(IProgress<RebuildProgress>? progress, CancellationToken token) =>
        RebuildAsync<Analyst>(RebuiltView.Analysts, (analyst, id, data, e) => Analyst.After(analyst, id, data)! with { Version = e.Version }, progress, token);

    private async Task<(long Done, long Changed)> RebuildAsync<T>(
        string name,
        Func<T?, string, object, (Guid Id, long Version), T?> fold,
        IProgress<RebuildProgress>? progress,
        CancellationToken token
    )
        where T : class
    {
        var streams = await StreamsAsync(typeof(T).Name.ToLowerInvariant(), token);
        long done = 0,
            changed = 0;
        progress?.Report(new RebuildProgress(name, done, changed, streams.Count));
        await using var connection = await database.OpenConnectionAsync(token);
        await using (var plans = new NpgsqlCommand(ViewRebuild.ByKeys("set"), connection))
            await plans.ExecuteNonQueryAsync(token);
        foreach (var part in streams.Chunk(AtATime))
        {
            changed += await RebuildAsync(connection, part, fold, token);
            done += part.Length;
            progress?.Report(new RebuildProgress(name, done, changed, streams.Count));
        }

        return (done, changed);
    }

    private async Task<int> RebuildAsync<T>(
        NpgsqlConnection connection,
        string[] streams,
        Func<T?, string, object, (Guid Id, long Version), T?> fold,
        CancellationToken token
    )
        where T : class
    {
        string[] wrong;
        await using (var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token))
        {
            wrong = await DifferingAsync(snapshot, await FoldAsync(snapshot, streams, fold, token), token);
        }

        if (wrong.Length == 0)
            return 0;
        await using var transaction = await connection.BeginTransactionAsync(token);
        // The lock keeps the streams from growing until their documents are written. Locking in the order of the keys avoids a deadlock.
        await using (var hold = Command($"select 1 from {EventSql.Streams} where id = any($1) order by id for update", transaction, wrong))
        {
            await hold.ExecuteNonQueryAsync(token);
        }

        var documents = await FoldAsync(transaction, wrong, fold, token);
        await new BulkAppend(store, transaction, new BulkOrigin("rebuild", null, null, DateTimeOffset.UnixEpoch)).KeepAsync(
            [.. documents.Where(d => d.Document is not null).Select(d => (d.Id, d.Document!, d.Version))],
            token
        );
        await using (
            var remove = Command(
                $"delete from {Table<T>()} where id = any($1)",
                transaction,
                documents.Where(d => d.Document is null).Select(d => d.Id).ToArray()
            )
        )
        {
            await remove.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
        return wrong.Length;
    }

    /// <summary>The document of each stream; null where the stream has none any more.</summary>
    private static async Task<List<(string Id, T? Document, long Version)>> FoldAsync<T>(
        NpgsqlTransaction transaction,
        string[] streams,
        Func<T?, string, object, (Guid Id, long Version), T?> fold,
        CancellationToken token
    )
        where T : class
    {
        var documents = new List<(string Id, T? Document, long Version)>(streams.Length);
        await using var read = Command(
            $"""
            select e.stream_id, e.version, e.type, {EventSql.Stored("e")}, e.id from {EventSql.Events} e
            where e.stream_id = any($1) order by e.stream_id, e.version
            """,
            transaction,
            streams
        );
        await using var reader = await read.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var (id, version) = (reader.GetString(0), reader.GetInt64(1));
            var same = documents.Count > 0 && documents[^1].Id == id;
            var document = fold(
                same ? documents[^1].Document : null,
                id,
                EventJson.Read(reader.GetString(2), reader.GetFieldValue<byte[]>(3)),
                (reader.GetGuid(4), version)
            );
            if (same)
                documents[^1] = (id, document, version);
            else
                documents.Add((id, document, version));
        }

        return documents;
    }

    /// <summary>The documents that are missing, have other contents, or should not be there.</summary>
    private async Task<string[]> DifferingAsync<T>(
        NpgsqlTransaction transaction,
        List<(string Id, T? Document, long Version)> documents,
        CancellationToken token
    )
        where T : class
    {
        if (documents.Count == 0)
            return [];
        var serializer = store.Options.Serializer();
        await using var command = Command(
            $"""
            select u.id from unnest($1, $2, $3) as u (id, data, version) left join {Table<T>()} t on t.id = u.id
            where (t.data, t.mt_version) is distinct from (u.data, u.version)
            """,
            transaction,
            documents.Select(d => d.Id).ToArray()
        );
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = documents.Select(d => d.Document is null ? null : serializer.ToJson(d.Document)).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = documents.Select(d => d.Document is null ? (long?)null : d.Version).ToArray() });
        var found = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found.Add(reader.GetString(0));
        return [.. found];
    }

    private async Task<IReadOnlyList<string>> StreamsAsync(string type, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select id from {EventSql.Streams} where type = $1 order by id");
        command.CommandTimeout = 0;
        command.Parameters.Add(new NpgsqlParameter { Value = type });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<string>();
        while (await reader.ReadAsync(token))
            found.Add(reader.GetString(0));
        return found;
    }

    private string Table<T>() => ((IReadOnlyStoreOptions)store.Options).FindOrResolveDocumentType(typeof(T)).TableName.QualifiedName;

    private static NpgsqlCommand Command(string sql, NpgsqlTransaction transaction, object value) =>
        new(sql, transaction.Connection, transaction) { CommandTimeout = 0, Parameters = { new() { Value = value } } };
}
