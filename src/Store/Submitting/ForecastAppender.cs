using System.Data;
using Domain;
using Domain.Forecasts;
using Marten;
using Marten.Events;
using Npgsql;
using NpgsqlTypes;

namespace Store.Submitting;

/// <summary>
/// Appends the steps of many forecasts in one statement, which is one transaction and one round trip. What it writes is row for row what the
/// event store itself would have written (a test compares them); it exists because that store appends a stream at a time.
/// </summary>
/// <remarks>
/// The statement records a stream's steps only if, at the commit, the question still stands at the version decided on (its row is held in
/// share mode until then, so a close either comes before and is seen, or waits and comes after), nothing was recorded about the caller
/// since, and the stream stands where it stood. It answers which streams were taken; the others are as if they had never been asked for.
/// </remarks>
internal sealed class ForecastAppender : IAsyncDisposable
{
    private const string Streams = ForecastStore.Schema + ".mt_streams";
    private const string Events = ForecastStore.Schema + ".mt_events";

    private const string AppendSql = $"""
        with questions as materialized (
            select q.place from unnest($1, $2) with ordinality as q(id, version, place)
            cross join lateral (select t.version from {Streams} t where t.id = q.id limit 1 for share) s
            where s.version = q.version),
        callers as materialized (
            select c.place from unnest($3, $4) with ordinality as c(id, version, place)
            cross join lateral (select t.version from {Streams} t where t.id = c.id limit 1) s
            where s.version = c.version),
        wanted as materialized (
            select w.* from unnest($5, $6, $7, $8, $9) with ordinality as w(id, question, caller, before, after, place)
            where w.question in (select place from questions) and w.caller in (select place from callers)),
        started as (
            insert into {Streams} (id, type, version, timestamp, tenant_id)
            select id, $10, after, now(), '*DEFAULT*' from wanted where before = 0 order by place
            on conflict (id) do nothing
            returning id),
        standing as materialized (
            select w.place, w.after, s.ctid as row from wanted w
            cross join lateral (select t.ctid, t.version, t.is_archived from {Streams} t where t.id = w.id limit 1 for no key update) s
            where w.before > 0 and s.version = w.before and not s.is_archived),
        moved as (
            update {Streams} s set version = w.after, timestamp = now() from standing w where s.ctid = w.row
            returning w.place),
        taken as materialized (
            select w.place from wanted w where w.before = 0 and w.id in (select id from started)
            union all
            select place from moved),
        recorded as (
            insert into {Events} (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived, causation_id, correlation_id, user_name)
            select nextval('{ForecastStore.Schema}.mt_events_sequence'), e.id, ($5)[e.stream], e.version, e.data, e.type, e.timestamp, '*DEFAULT*', e.dotnet_type, false,
                e.causation, e.correlation, e.user_name
            from (select * from unnest($11, $12, $13, $14, $15, $16, $17, $18, $19, $20) with ordinality
                    as u(stream, id, version, data, type, timestamp, dotnet_type, causation, correlation, user_name, place)
                where u.stream in (select place from taken) order by place) e)
        select place from taken
        """;

    private const string ReadSql = $"""
        select w.id, s.version, e.type, e.data from unnest($1) as w(id)
        cross join lateral (select t.version from {Streams} t where t.id = w.id limit 1) s
        cross join lateral (select v.type, v.data::text as data from {Events} v where v.stream_id = w.id and v.version = s.version limit 1) e
        """;

    private const string CallersSql = $"select t.id, t.version from {Streams} t where t.id = any($1)";

    private readonly IDocumentStore _store;
    private readonly NpgsqlConnection _connection;
    private readonly string _streamType;
    private readonly Dictionary<Type, (string Name, string DotNetName)> _types;

    public ForecastAppender(IDocumentStore store, string connectionString)
    {
        _store = store;
        // The plans must not depend on how full the tables were when the statement was first planned, and one question that another
        // transaction holds for long must not hold up all others.
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "forecasts-submissions", Pooling = false, MaxAutoPrepare = 0 };
        builder.Options = $"{builder.Options} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off -c lock_timeout=2000".TrimStart();
        _connection = new NpgsqlConnection(builder.ConnectionString);
        var events = (EventGraph)store.Options.Events;
        _streamType = events.AggregateAliasFor(typeof(Forecast));
        _types = new[] { typeof(ForecastSubmitted), typeof(ForecastRevised), typeof(ForecastWithdrawn) }
            .ToDictionary(t => t, t => (events.EventMappingFor(t).EventTypeName, events.EventMappingFor(t).DotNetTypeName));
    }

    /// <summary>Records the streams' steps, and answers which of the streams were taken.</summary>
    public async Task<IReadOnlyList<PlannedStream>> AppendAsync(IReadOnlyList<PlannedStream> streams, DateTimeOffset at)
    {
        // Every appender locks the streams in one order, so that two of them never wait for each other.
        var ordered = streams.OrderBy(s => s.Key, StringComparer.Ordinal).ToArray();
        var questions = Places(ordered, s => s.Question!.Id);
        var callers = Places(ordered, s => s.By!.Id);
        var steps = ordered.SelectMany((stream, i) => stream.Steps.Select((step, n) => (Place: i + 1, Stream: stream, Step: step, Version: stream.Before + n + 1))).ToArray();

        await using var command = await CommandAsync(AppendSql);
        Add(command, NpgsqlDbType.Varchar, questions.Keys.ToArray());
        Add(command, NpgsqlDbType.Bigint, Versions(questions, ordered, s => s.Question!.Id, s => s.Question!.Version));
        Add(command, NpgsqlDbType.Varchar, callers.Keys.ToArray());
        Add(command, NpgsqlDbType.Bigint, Versions(callers, ordered, s => s.By!.Id, s => s.By!.Version));
        Add(command, NpgsqlDbType.Varchar, Array.ConvertAll(ordered, s => s.Key));
        Add(command, NpgsqlDbType.Integer, Array.ConvertAll(ordered, s => questions[s.Question!.Id]));
        Add(command, NpgsqlDbType.Integer, Array.ConvertAll(ordered, s => callers[s.By!.Id]));
        Add(command, NpgsqlDbType.Bigint, Array.ConvertAll(ordered, s => s.Before));
        Add(command, NpgsqlDbType.Bigint, Array.ConvertAll(ordered, s => s.Before + s.Steps.Count));
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _streamType, NpgsqlDbType = NpgsqlDbType.Varchar });
        Add(command, NpgsqlDbType.Integer, Array.ConvertAll(steps, s => s.Place));
        Add(command, NpgsqlDbType.Uuid, Array.ConvertAll(steps, s => s.Step.EventId));
        Add(command, NpgsqlDbType.Bigint, Array.ConvertAll(steps, s => s.Version));
        Add(command, NpgsqlDbType.Jsonb, Array.ConvertAll(steps, s => ForecastEventJson.Write(s.Step.Event)));
        Add(command, NpgsqlDbType.Varchar, Array.ConvertAll(steps, s => _types[s.Step.Event.GetType()].Name));
        Add(command, NpgsqlDbType.TimestampTz, Array.ConvertAll(steps, _ => at.UtcDateTime));
        Add(command, NpgsqlDbType.Varchar, Array.ConvertAll(steps, s => _types[s.Step.Event.GetType()].DotNetName));
        Add(command, NpgsqlDbType.Varchar, Array.ConvertAll(steps, s => s.Step.Pending.Submission.Causation));
        Add(command, NpgsqlDbType.Varchar, Array.ConvertAll(steps, s => s.Step.Pending.Submission.Correlation));
        Add(command, NpgsqlDbType.Varchar, Array.ConvertAll(steps, s => (string?)s.Stream.By!.Slug));
        await command.PrepareAsync();

        var taken = new List<PlannedStream>(ordered.Length);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) taken.Add(ordered[reader.GetInt64(0) - 1]);
        return taken;
    }

    /// <summary>Those of the forecasts that have begun, as they are now, by stream.</summary>
    public async Task<IReadOnlyDictionary<string, Forecast>> ReadAsync(IReadOnlyCollection<string> streams)
    {
        var found = new Dictionary<string, Forecast>(StringComparer.Ordinal);
        var folded = new List<string>();
        await using (var command = await CommandAsync(ReadSql))
        {
            Add(command, NpgsqlDbType.Varchar, streams.ToArray());
            await command.PrepareAsync();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var key = reader.GetString(0);
                var last = ForecastEventJson.Read(reader.GetString(2), reader.GetString(3));
                if (last is not null && Forecast.FromLast(key, reader.GetInt64(1), last) is { } forecast) found[key] = forecast;
                else folded.Add(key);
            }
        }

        if (folded.Count == 0) return found;
        await using var session = _store.QuerySession();
        foreach (var key in folded)
        {
            if (await session.Events.AggregateStreamAsync<Forecast>(key) is { } whole) found[key] = whole;
        }

        return found;
    }

    /// <summary>The versions that the callers' streams stand at now.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CallersAsync(IReadOnlyCollection<string> callers)
    {
        await using var command = await CommandAsync(CallersSql);
        Add(command, NpgsqlDbType.Varchar, callers.ToArray());
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) found[reader.GetString(0)] = reader.GetInt64(1);
        return found;
    }

    /// <summary>Opens the connection where it is not open; a failure here means that nothing was sent.</summary>
    public async Task ConnectAsync()
    {
        if (_connection.FullState == ConnectionState.Open) return;
        if (_connection.State != ConnectionState.Closed) await _connection.CloseAsync();
        await _connection.OpenAsync();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<NpgsqlCommand> CommandAsync(string sql)
    {
        await ConnectAsync();
        return new NpgsqlCommand(sql, _connection);
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType element, T[] values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element });

    private static Dictionary<string, int> Places(PlannedStream[] streams, Func<PlannedStream, string> key)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var stream in streams) places.TryAdd(key(stream), places.Count + 1);
        return places;
    }

    private static long[] Versions(Dictionary<string, int> places, PlannedStream[] streams, Func<PlannedStream, string> key, Func<PlannedStream, long> version)
    {
        var versions = new long[places.Count];
        foreach (var stream in streams) versions[places[key(stream)] - 1] = version(stream);
        return versions;
    }
}
