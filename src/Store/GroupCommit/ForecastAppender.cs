using System.Data;
using Domain.Forecasts;
using Marten;
using Marten.Events;
using Npgsql;
using NpgsqlTypes;
using Store.Events;

namespace Store.GroupCommit;

/// <summary>
/// Appends the steps of many forecasts in one statement, which is one transaction and one round trip. The rows are the same as those of the event store (a test
/// compares them). The event store itself appends one stream at a time.
/// </summary>
/// <remarks>
/// The statement records a stream's steps only if, at the commit, the question is still at the version that was decided on, nothing has been recorded about the
/// caller since, and the stream has not moved. The question's row is locked in share mode until then, so a close either comes before and is seen, or waits and
/// comes after. The statement returns the streams that it took. For the others, nothing has happened. Each "is true" keeps PostgreSQL from planning the
/// condition before it as a join. A join that is planned for few rows takes quadratic time. Without a join, PostgreSQL looks the places up in a hash table.
/// </remarks>
internal sealed class ForecastAppender : IAsyncDisposable
{
    private const string Streams = EventSql.Streams;
    private const string Events = EventSql.Events;

    /// <param name="begins">Whether some of the streams are new. If none is, half of the statement is left out.</param>
    private static string AppendSql(bool begins) =>
        $"""
            with questions as materialized (
                select q.place from unnest($1, $2) with ordinality as q(id, version, place)
                cross join lateral (select t.version from {Streams} t where t.id = q.id limit 1 for share) s
                where s.version = q.version),
            callers as materialized (
                select c.place from unnest($3, $4) with ordinality as c(id, version, place)
                cross join lateral (select t.version from {Streams} t where t.id = c.id limit 1) s
                where s.version = c.version),
            wanted as {(begins ? "materialized" : "not materialized")} (
                select w.* from unnest($5, $6, $7, $8, $9) with ordinality as w(id, question, caller, before, after, place)
                where (w.question in (select place from questions)) is true and (w.caller in (select place from callers)) is true),
            moved as (
                update {Streams} s set version = w.after, timestamp = now() from (
                    select w.place, w.before, w.after, t.row from wanted w
                    cross join lateral (select t.ctid as row from {Streams} t where t.id = w.id limit 1) t
                    where w.before > 0) w
                where s.ctid = w.row and s.version = w.before and not s.is_archived
                returning w.place),
            {(begins ? Begun : "")}
            recorded as (
                insert into {Events} (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived, causation_id,
                    correlation_id, user_name)
                select nextval('{EventSql.Sequence}'), e.id, e.stream_id, e.version, e.json, ($11)[e.kind], $10, '*DEFAULT*', ($12)[e.kind], false,
                    e.causation, e.correlation, e.user_name
                from (select * from unnest($13, $14, $15, $16, $17, $18, $19, $20, $21) with ordinality
                        as u(stream, stream_id, id, version, json, kind, causation, correlation, user_name, place)
                    where (u.stream in (select place from {Taken(begins)})) is true order by place) e)
            select place from {Taken(begins)}
            """;

    private const string Begun = $"""
        started as (
            insert into {Streams} (id, type, version, timestamp, tenant_id)
            select id, $22, after, now(), '*DEFAULT*' from wanted where before = 0 order by place
            on conflict (id) do nothing
            returning id),
        taken as materialized (
            select w.place from wanted w where w.before = 0 and (w.id in (select id from started)) is true
            union all
            select place from moved),
        """;

    private static string Taken(bool begins) => begins ? "taken" : "moved";

    private static readonly string Revising = AppendSql(begins: false);

    private static readonly string Beginning = AppendSql(begins: true);

    private static readonly string ReadSql = $"""
        select w.id, s.version, e.type, e.json from unnest($1) as w(id)
        cross join lateral (select t.version from {Streams} t where t.id = w.id limit 1) s
        cross join lateral (select v.type, {EventSql.Stored("v")}::text as json from {Events} v where v.stream_id = w.id and v.version = s.version limit 1) e
        """;

    private const string CallersSql = $"select t.id, t.version from {Streams} t where t.id = any($1)";

    private readonly IDocumentStore _store;
    private readonly NpgsqlConnection _connection;
    private readonly string _streamType;
    private readonly NpgsqlCommand _revise;
    private readonly NpgsqlCommand _begin;
    private readonly string[] _typeNames;
    private readonly string[] _dotNetNames;

    public ForecastAppender(IDocumentStore store, string connectionString)
    {
        _store = store;
        // The plans must not depend on the size of the tables when the statement was first planned. A question that another transaction locks for long must not
        // delay all others.
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "forecasts-submissions",
            Pooling = false,
            MaxAutoPrepare = 0,
        };
        builder.Options = $"{builder.Options} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off -c lock_timeout=2000".TrimStart();
        _connection = new NpgsqlConnection(builder.ConnectionString);
        (_revise, _begin) = (new NpgsqlCommand(Revising, _connection), new NpgsqlCommand(Beginning, _connection));
        var events = (EventGraph)store.Options.Events;
        _streamType = events.AggregateAliasFor(typeof(Forecast));
        _typeNames = Array.ConvertAll(EventGroups.Steps, t => events.EventMappingFor(t).EventTypeName);
        _dotNetNames = Array.ConvertAll(EventGroups.Steps, t => events.EventMappingFor(t).DotNetTypeName);
    }

    /// <summary>Records the streams' steps and returns the streams that were taken.</summary>
    public async Task<IReadOnlyList<PlannedStream>> AppendAsync(IReadOnlyList<PlannedStream> streams, DateTimeOffset at)
    {
        // All appenders lock the streams in the same order, so two of them never wait for each other.
        var ordered = streams.ToArray();
        Array.Sort(ordered, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var (questions, callers) = (new Places(ordered.Length), new Places(ordered.Length));
        var (count, begins) = (0, false);
        foreach (var stream in ordered)
        {
            questions.Add(stream.Question!.Id, stream.Question.Version);
            callers.Add(stream.By!.Id, stream.By.Version);
            count += stream.Steps.Count;
            begins |= stream.Before == 0;
        }

        var steps = new StepColumns(count);
        foreach (var (place, stream) in ordered.Index())
            steps.Add(place + 1, stream);

        await ConnectAsync();
        var command = begins ? _begin : _revise;
        var n = 0;
        Set(command, n++, NpgsqlDbType.Varchar, questions.Ids);
        Set(command, n++, NpgsqlDbType.Bigint, questions.Versions);
        Set(command, n++, NpgsqlDbType.Varchar, callers.Ids);
        Set(command, n++, NpgsqlDbType.Bigint, callers.Versions);
        Set(command, n++, NpgsqlDbType.Varchar, Array.ConvertAll(ordered, s => s.Key));
        Set(command, n++, NpgsqlDbType.Integer, Array.ConvertAll(ordered, s => questions.Of(s.Question!.Id)));
        Set(command, n++, NpgsqlDbType.Integer, Array.ConvertAll(ordered, s => callers.Of(s.By!.Id)));
        Set(command, n++, NpgsqlDbType.Bigint, Array.ConvertAll(ordered, s => s.Before));
        Set(command, n++, NpgsqlDbType.Bigint, Array.ConvertAll(ordered, s => s.Before + s.Steps.Count));
        SetOne(command, n++, NpgsqlDbType.TimestampTz, at.UtcDateTime);
        Set(command, n++, NpgsqlDbType.Varchar, _typeNames);
        Set(command, n++, NpgsqlDbType.Varchar, _dotNetNames);
        Set(command, n++, NpgsqlDbType.Integer, steps.Places);
        Set(command, n++, NpgsqlDbType.Varchar, steps.Streams);
        Set(command, n++, NpgsqlDbType.Uuid, steps.Ids);
        Set(command, n++, NpgsqlDbType.Bigint, steps.Versions);
        Set(command, n++, NpgsqlDbType.Jsonb, steps.Data);
        Set(command, n++, NpgsqlDbType.Integer, steps.Kinds);
        Set(command, n++, NpgsqlDbType.Varchar, steps.Causations);
        Set(command, n++, NpgsqlDbType.Varchar, steps.Correlations);
        Set(command, n++, NpgsqlDbType.Varchar, steps.Users);
        if (begins)
            SetOne(command, n, NpgsqlDbType.Varchar, _streamType);
        // Prepared once for each connection. The prepared statements are lost when the connection breaks.
        if (!command.IsPrepared)
            await command.PrepareAsync();

        var taken = new List<PlannedStream>(ordered.Length);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            taken.Add(ordered[reader.GetInt64(0) - 1]);
        return taken;
    }

    /// <summary>The current state of those forecasts that exist, by stream.</summary>
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
                var last = EventJson.ReadKnown(reader.GetString(2), reader.GetString(3));
                if (last is not null && Forecast.FromLast(key, reader.GetInt64(1), last) is { } forecast)
                    found[key] = forecast;
                else
                    folded.Add(key);
            }
        }

        if (folded.Count == 0)
            return found;
        await using var session = _store.QuerySession();
        foreach (var key in folded)
        {
            if (await session.Events.AggregateStreamAsync<Forecast>(key) is { } whole)
                found[key] = whole;
        }

        return found;
    }

    /// <summary>The current versions of the callers' streams.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CallersAsync(IReadOnlyCollection<string> callers)
    {
        await using var command = await CommandAsync(CallersSql);
        Add(command, NpgsqlDbType.Varchar, callers.ToArray());
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            found[reader.GetString(0)] = reader.GetInt64(1);
        return found;
    }

    /// <summary>Opens the connection if it is not open. A failure here means that nothing was sent.</summary>
    public async Task ConnectAsync()
    {
        if (_connection.FullState == ConnectionState.Open)
            return;
        if (_connection.State != ConnectionState.Closed)
            await _connection.CloseAsync();
        await _connection.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _revise.DisposeAsync();
        await _begin.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<NpgsqlCommand> CommandAsync(string sql)
    {
        await ConnectAsync();
        return new NpgsqlCommand(sql, _connection);
    }

    private static void Set<T>(NpgsqlCommand command, int place, NpgsqlDbType element, T[] values) =>
        SetOne(command, place, NpgsqlDbType.Array | element, values);

    private static void SetOne<T>(NpgsqlCommand command, int place, NpgsqlDbType type, T value)
    {
        if (place < command.Parameters.Count)
            ((NpgsqlParameter<T>)command.Parameters[place]).TypedValue = value;
        else
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
    }

    private static void Add<T>(NpgsqlCommand command, NpgsqlDbType element, T[] values) =>
        command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element });

    /// <summary>Values that many streams share, each once, with the version that it must be at.</summary>
    private sealed class Places(int most)
    {
        private readonly Dictionary<string, int> _places = new(most, StringComparer.Ordinal);
        private readonly List<long> _versions = new(most);

        public string[] Ids => [.. _places.Keys];

        public long[] Versions => [.. _versions];

        public int Of(string id) => _places[id];

        public void Add(string id, long version)
        {
            if (_places.TryAdd(id, _places.Count + 1))
                _versions.Add(version);
        }
    }

    /// <summary>The steps of all streams, in columns.</summary>
    private sealed class StepColumns(int count)
    {
        private int _count;

        public int[] Places { get; } = new int[count];

        public string[] Streams { get; } = new string[count];

        public Guid[] Ids { get; } = new Guid[count];

        public long[] Versions { get; } = new long[count];

        public string[] Data { get; } = new string[count];

        /// <summary>Each step's place among <see cref="EventGroups.Steps"/>, from 1.</summary>
        public int[] Kinds { get; } = new int[count];

        public string?[] Causations { get; } = new string?[count];

        public string?[] Correlations { get; } = new string?[count];

        public string[] Users { get; } = new string[count];

        public void Add(int place, PlannedStream stream)
        {
            var version = stream.Before;
            foreach (var (pending, id, e) in stream.Steps)
            {
                Places[_count] = place;
                Streams[_count] = stream.Key;
                Ids[_count] = id;
                Versions[_count] = ++version;
                Data[_count] = EventJson.WriteText(e);
                Kinds[_count] = Array.IndexOf(EventGroups.Steps, e.GetType()) + 1;
                Causations[_count] = pending.Submission.Causation;
                Correlations[_count] = pending.Submission.Correlation;
                Users[_count] = stream.By!.Slug;
                _count++;
            }
        }
    }
}
