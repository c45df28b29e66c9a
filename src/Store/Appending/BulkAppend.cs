using System.Text;
using Marten;
using Marten.Schema;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.Appending;

/// <summary>Who appends, because of what, and when.</summary>
/// <param name="Actor">The user name that the events carry.</param>
/// <param name="Correlation">The trace that they belong to; null for none.</param>
/// <param name="Causation">What caused them, unless an event names its own cause.</param>
/// <param name="At">The instant at which they are recorded, to the microsecond.</param>
public sealed record BulkOrigin(string Actor, string? Correlation, string? Causation, DateTimeOffset At);

/// <summary>
/// Appends many events to many streams in one transaction, by COPY. The tables end up as the event store's append leaves them: sequence numbers come from the
/// store's sequence in the order of the events, streams carry their last version, and a stream that another writer has moved fails the whole append
/// (<see cref="StreamMovedException"/>), as it would fail a live append.
/// </summary>
/// <remarks>
/// Inline projections do not run. The caller writes the documents of the streams (<c>KeepAsync</c>), in the same transaction. While a batch runs, the daemon's
/// high-water mark waits for the open transaction that holds sequence numbers, so the daemon skips nothing.
/// </remarks>
public sealed class BulkAppend(IDocumentStore store, NpgsqlTransaction transaction, BulkOrigin origin)
{
    private static readonly string[] Columns =
    [
        "seq_id",
        "id",
        "stream_id",
        "version",
        "data",
        "type",
        "timestamp",
        "tenant_id",
        "mt_dotnet_type",
        "correlation_id",
        "causation_id",
        "user_name",
        "is_archived",
    ];

    private static readonly Dictionary<Type, (string Name, string Clr)> Names = EventNames.All.ToDictionary(
        t => t.Key,
        t => (t.Value, $"{t.Key.FullName}, {t.Key.Assembly.GetName().Name}")
    );

    private readonly ISerializer _serializer = store.Options.Serializer();
    private readonly List<BulkEvent> _events = [];
    private readonly Dictionary<string, StreamHead> _streams = new(StringComparer.Ordinal);
    private long[]? _reserved;

    private NpgsqlConnection Connection => transaction.Connection!;

    /// <summary>How many events were written.</summary>
    public long Written { get; private set; }

    /// <summary>Adds one event at the end of a stream.</summary>
    /// <returns>The id under which the event will be recorded.</returns>
    public Guid Add(StreamHead stream, object data, string? causation = null)
    {
        var id = Guid.CreateVersion7();
        Add(stream, data.GetType(), EventJson.Write(data), id, causation);
        return id;
    }

    /// <summary>Adds one event whose data is already serialized (see <see cref="EventJson"/>).</summary>
    public void Add(StreamHead stream, Type type, byte[] json, Guid id, string? causation = null)
    {
        _streams.TryAdd(stream.Key, stream);
        _events.Add(new BulkEvent(id, stream, ++stream.Version, type, json, causation ?? origin.Causation));
    }

    /// <summary>Reserves the sequence numbers of the next events before the events are made. Events that refer to each other need this.</summary>
    /// <param name="count">The number of events. Exactly this many must be added before the next write.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<long>> ReserveAsync(int count, CancellationToken token) => _reserved = await NextSequenceAsync(count, token);

    /// <summary>Writes the added events and returns the sequence number of the last one; 0 if there was none.</summary>
    /// <exception cref="StreamMovedException">A stream is at another version than it was found at. Roll back and decide again.</exception>
    public async Task<long> WriteAsync(CancellationToken token)
    {
        if (_events.Count == 0)
            return 0;
        await WriteStreamsAsync(token);
        var sequence = _reserved ?? await NextSequenceAsync(_events.Count, token);
        if (sequence.Length != _events.Count)
            throw new InvalidOperationException($"{sequence.Length} sequence numbers were reserved for {_events.Count} events.");
        _reserved = null;
        await WriteEventsAsync(sequence, token);
        var last = sequence[^1];
        Written += _events.Count;
        _events.Clear();
        _streams.Clear();
        return last;
    }

    /// <summary>Writes the documents that the streams fold into, at the versions of the streams.</summary>
    public async Task KeepAsync<T>(IReadOnlyCollection<(string Id, T Document, long Version)> documents, CancellationToken token)
        where T : notnull
    {
        if (documents.Count == 0)
            return;
        var mapping = ((IReadOnlyStoreOptions)store.Options).FindOrResolveDocumentType(typeof(T));
        var copied = mapping.DuplicatedFields.Select(f => f.UpdateSqlFragment().Split(" = ", 2)).ToList();
        var columns = string.Concat(copied.Select(c => $", {c[0]}"));
        var values = string.Concat(copied.Select(c => $", {c[1]}"));
        var kept = string.Concat(copied.Select(c => $", {c[0]} = excluded.{c[0]}"));
        await using var command = new NpgsqlCommand(
            $"""
            insert into {mapping.TableName.QualifiedName} as t (id, data, mt_version, mt_dotnet_type{columns})
            select id, data, version, '{typeof(T).FullName}'{values} from unnest($1, $2, $3) as u (id, data, version)
            on conflict (id) do update set
              data = excluded.data, mt_version = excluded.mt_version, mt_dotnet_type = excluded.mt_dotnet_type, mt_last_modified = transaction_timestamp(){kept}
            """,
            Connection,
            transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = documents.Select(d => d.Id).ToArray() });
        command.Parameters.Add(
            new NpgsqlParameter
            {
                Value = documents.Select(d => Encoding.UTF8.GetBytes(_serializer.ToJson(d.Document))).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            }
        );
        command.Parameters.Add(new NpgsqlParameter { Value = documents.Select(d => d.Version).ToArray() });
        await command.ExecuteNonQueryAsync(token);
    }

    private async Task WriteStreamsAsync(CancellationToken token)
    {
        var created = _streams.Values.Where(s => s.Found == 0).OrderBy(s => s.Key, StringComparer.Ordinal).ToList();
        var moved = _streams.Values.Where(s => s.Found > 0).OrderBy(s => s.Key, StringComparer.Ordinal).ToList();
        if (created.Count > 0)
        {
            await using var insert = new NpgsqlCommand(
                $"""
                insert into {EventSql.Streams} (id, type, version)
                select * from unnest($1, $2, $3) on conflict (id) do nothing
                """,
                Connection,
                transaction
            );
            insert.Parameters.Add(new NpgsqlParameter { Value = created.Select(s => s.Key).ToArray() });
            insert.Parameters.Add(new NpgsqlParameter { Value = created.Select(s => s.Aggregate.Name.ToLowerInvariant()).ToArray() });
            insert.Parameters.Add(new NpgsqlParameter { Value = created.Select(s => s.Version).ToArray() });
            if (await insert.ExecuteNonQueryAsync(token) != created.Count)
                throw new StreamMovedException();
        }

        if (moved.Count == 0)
            return;
        await using var update = new NpgsqlCommand(
            $"""
            update {EventSql.Streams} s set version = u.version, timestamp = now()
            from unnest($1, $2, $3) as u (id, found, version)
            where s.id = u.id and s.version = u.found and not s.is_archived
            """,
            Connection,
            transaction
        );
        update.Parameters.Add(new NpgsqlParameter { Value = moved.Select(s => s.Key).ToArray() });
        update.Parameters.Add(new NpgsqlParameter { Value = moved.Select(s => s.Found).ToArray() });
        update.Parameters.Add(new NpgsqlParameter { Value = moved.Select(s => s.Version).ToArray() });
        if (await update.ExecuteNonQueryAsync(token) != moved.Count)
            throw new StreamMovedException();
    }

    private async Task<long[]> NextSequenceAsync(int count, CancellationToken token)
    {
        await using var command = new NpgsqlCommand($"select array_agg(nextval('{EventSql.Sequence}')) from generate_series(1, $1)", Connection, transaction)
        {
            Parameters = { new() { Value = count } },
        };
        return (long[])(await command.ExecuteScalarAsync(token))!;
    }

    private async Task WriteEventsAsync(long[] sequence, CancellationToken token)
    {
        // Rows are written in the order of their streams, so that each page of an index is visited once. The sequence numbers keep the order of the events.
        var order = new int[_events.Count];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => string.CompareOrdinal(_events[a].Stream.Key, _events[b].Stream.Key) is var byStream && byStream != 0 ? byStream : a - b);
        // The foreign key looks up the stream of each event. A connection that plans every execution again would plan this lookup for every event.
        await using (var plan = new NpgsqlCommand("set local plan_cache_mode = auto", Connection, transaction))
            await plan.ExecuteNonQueryAsync(token);
        await using var copy = await BinaryCopy.BeginAsync(Connection, EventSql.Events, Columns, token);
        foreach (var i in order)
        {
            var e = _events[i];
            var (name, clr) = Names[e.Type];
            await copy.StartRowAsync(token);
            copy.Write(sequence[i]);
            copy.Write(e.Id);
            copy.Write(e.Stream.Key);
            copy.Write(e.Version);
            copy.WriteJson(e.Json);
            copy.Write(name);
            copy.Write(origin.At);
            copy.Write("*DEFAULT*");
            copy.Write(clr);
            copy.Write(origin.Correlation);
            copy.Write(e.Causation);
            copy.Write(origin.Actor);
            copy.Write(false);
        }

        await copy.CompleteAsync(token);
    }
}
