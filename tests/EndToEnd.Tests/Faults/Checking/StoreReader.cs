using Npgsql;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>Reads the store past the product, from its tables.</summary>
internal sealed class StoreReader(string connectionString)
{
    private const string Schema = "forecasts";

    // What is kept beside the events, and made anew from them by a rebuild. The instant of the last write to a row is nobody's business.
    private static readonly IReadOnlyDictionary<string, string> Views = new Dictionary<string, string>
    {
        ["questions"] = $"select concat_ws(' ', id, mt_version, data::text) from {Schema}.mt_doc_question",
        ["analysts"] = $"select concat_ws(' ', id, mt_version, data::text) from {Schema}.mt_doc_analyst",
        ["view_questions"] = Rows("view_questions"),
        ["view_score_rows"] = Rows("view_score_rows"),
        ["view_forecasters"] = Rows("view_forecasters"),
        ["view_forecast_steps"] = Rows("view_forecast_steps"),
        ["view_outcome_claims"] = Rows("view_outcome_claims"),
        ["view_generations"] = Rows("view_generations"),
        ["view_imported_steps"] = Rows("view_imported_steps"),
    };

    /// <summary>Everything but the views, as one snapshot.</summary>
    /// <remarks>The event store fills numbers of appends that failed with tombstones, which are events of nothing.</remarks>
    public async Task<StoreContents> ReadAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        return new StoreContents
        {
            Events = await ListAsync(
                connection,
                $"""
                select seq_id, id, stream_id, version, type, data::text, timestamp, correlation_id, causation_id, user_name
                from {Schema}.mt_events where type <> 'tombstone' order by seq_id
                """,
                r => new StoredEvent(
                    r.GetInt64(0),
                    r.GetGuid(1),
                    r.GetString(2),
                    r.GetInt64(3),
                    r.GetString(4),
                    r.GetString(5),
                    r.GetFieldValue<DateTimeOffset>(6),
                    Text(r, 7),
                    Text(r, 8),
                    Text(r, 9)
                )
            ),
            StreamVersions = (
                await ListAsync(
                    connection,
                    $"select id, version from {Schema}.mt_streams where id <> 'mt_tombstone'",
                    r => (Id: r.GetString(0), Version: r.GetInt64(1))
                )
            ).ToDictionary(s => s.Id, s => s.Version, StringComparer.Ordinal),
            Deliveries = await ListAsync(
                connection,
                $"select webhook, number, event_id, status from {Schema}.webhook_deliveries order by webhook, number",
                r => new StoredDelivery(r.GetString(0), r.GetInt64(1), r.GetGuid(2), r.GetString(3))
            ),
            Imports = await ListAsync(
                connection,
                $"select id, status, read, accepted, refused, recorded from {Schema}.imports order by started_at",
                r => new StoredImport(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5))
            ),
            Leaves = await ListAsync(
                connection,
                $"select number, sequence, event_id, entry from {Schema}.ledger_entries order by number",
                r => new StoredLeaf(r.GetInt64(0), r.GetInt64(1), r.GetGuid(2), r.GetFieldValue<byte[]>(3))
            ),
        };
    }

    /// <summary>The sequence of the last event.</summary>
    public async Task<long> LastSequenceAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return (await ListAsync(connection, $"select coalesce(max(seq_id), 0) from {Schema}.mt_events", r => r.GetInt64(0)))[0];
    }

    /// <summary>The rows of every view.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadViewsAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var views = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (view, sql) in Views)
            views[view] = await ListAsync(connection, sql, r => r.GetString(0));
        return views;
    }

    /// <summary>What is still under way, in words; null where nothing is.</summary>
    /// <remarks>How far the views and reactions are, the ledger, deliveries that wait, imports that run, questions that wait to be scored.</remarks>
    public async Task<string?> UnderWayAsync()
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        var waiting = await ListAsync(
            connection,
            $"""
            with e as (select coalesce(max(seq_id), 0) as last from {Schema}.mt_events)
            select name || ' stands at ' || last_seq_id || ' of ' || last from {Schema}.mt_event_progression, e
            where last_seq_id < last and name not in ('HighWaterStuckGap', 'HighWaterAllocationFence')
            union all
            select 'the ledger stands at ' || through || ' of ' || last from {Schema}.ledger_tree, e where through < last
            union all
            select 'deliveries are enqueued up to ' || through || ' of ' || last from {Schema}.webhook_progress, e where through < last
            union all
            select count(*) || ' deliveries wait' from {Schema}.webhook_deliveries where status = 'pending' having count(*) > 0
            union all
            select 'the import ' || id || ' is ' || status from {Schema}.imports where lower(status) = 'running'
            union all
            select question || ' waits to be scored' from {Schema}.pending_scorings
            union all
            select c.type || ' of ' || c.stream_id || ' waits to be scored' from {Schema}.mt_events c
            where c.type in ('question_resolved', 'resolution_corrected', 'question_annulled', 'resolution_taken_back') and not exists (
                select from {Schema}.mt_events g where g.type = 'question_scored' and g.stream_id = 'scoring/' || split_part(c.stream_id, '/', 2)
                  and (g.data ->> 'triggerEvent')::bigint >= c.seq_id)
            """,
            r => r.GetString(0)
        );
        return waiting.Count == 0 ? null : string.Join("; ", waiting);
    }

    private static string Rows(string table) => $"select v::text from {Schema}.{table} v";

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static async Task<IReadOnlyList<T>> ListAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<T>();
        while (await reader.ReadAsync())
            found.Add(read(reader));
        return found;
    }
}
