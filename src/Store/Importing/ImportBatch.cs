using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Resolutions;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Store.Appending;
using Store.Events;
using Store.Scoring;
using Store.Views;

namespace Store.Importing;

/// <summary>
/// A batch of an import's rows, recorded in one transaction: their events, the refused rows, the position in the file, and the questions that wait to be
/// scored. If the process ends, the import continues where its last transaction ended.
/// </summary>
public sealed class ImportBatch : IAsyncDisposable
{
    private static readonly string[] OutcomeEvents = [.. EventGroups.Claims.Select(EventNames.Of)];

    private readonly IDocumentStore _store;
    private readonly Import _import;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private ImportBatch(IDocumentStore store, Import import, NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now)
    {
        (_store, _import, _connection, _transaction) = (store, import, connection, transaction);
        Append = new BulkAppend(store, transaction, new BulkOrigin(import.Actor, import.Correlation, ImportCausation.Of(import.Id), now));
    }

    /// <summary>The append that collects the events.</summary>
    public BulkAppend Append { get; }

    /// <summary>The refused rows. They are listed with the import.</summary>
    public List<RefusedRow> Refused { get; } = [];

    /// <summary>The number of rows that repeat what is already recorded.</summary>
    public long Unchanged { get; set; }

    /// <summary>Begins a batch on its own connection.</summary>
    public static async Task<ImportBatch> BeginAsync(
        NpgsqlDataSource database,
        IDocumentStore store,
        Import import,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        var connection = await database.OpenConnectionAsync(token);
        return new ImportBatch(store, import, connection, await connection.BeginTransactionAsync(token), now);
    }

    /// <summary>Waits until no other transaction changes these streams, then prevents others from changing them before the batch is committed.</summary>
    public async Task HoldAsync(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        if (streams.Count == 0)
            return;
        // In one order, so that two batches never wait for each other.
        await using var command = new NpgsqlCommand(
            $"select id from {EventSql.Streams} where id = any($1) order by id collate \"C\" for share",
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = streams.ToArray() });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The streams that exist, with their versions and whether they existed before the import.</summary>
    public async Task<Dictionary<string, (long Version, bool Before)>> StandAsync(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        var found = new Dictionary<string, (long, bool)>(streams.Count, StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(
            $"""
            select id, version, created < (select started_at from {ImportTables.Imports} where id = $2)
            from {EventSql.Streams} where id = any($1)
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = streams.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = _import.Id });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            found[reader.GetString(0)] = (reader.GetInt64(1), reader.GetBoolean(2));
        return found;
    }

    /// <summary>
    /// The analysts under some names, by name, as they are and stay until the batch ends: whoever erases one, or changes one's rights, waits for the batch, and
    /// what did so before is seen. Ask before anything is written, so that nobody waits for a batch that waits.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, Analyst>> HoldAnalystsAsync(IReadOnlyCollection<string> names, CancellationToken token)
    {
        var keys = names.Select(StreamKeys.Analyst).ToArray();
        await HoldAsync(keys, token);
        var found = new Dictionary<string, Analyst>(names.Count, StringComparer.Ordinal);
        // Not in the same statement, which would see the documents as they were before it waited.
        await using var command = new NpgsqlCommand($"select data from {ForecastStore.Schema}.mt_doc_analyst where id = any($1)", _connection, _transaction);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = keys });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var analyst = _store.Options.Serializer().FromJson<Analyst>(reader, 0);
            found[analyst.Slug] = analyst;
        }

        return found;
    }

    /// <summary>
    /// The contents of streams of forecasts that existed before the import: the ids of their steps and, for steps whose id no import derived from their
    /// content, the steps themselves (see <see cref="EventJson.ReadStep"/>). Streams that the import itself started contain nothing that it could repeat.
    /// </summary>
    public async Task<IReadOnlyList<(string Stream, Guid Id, object? Step)>> HeldBeforeAsync(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        var held = new List<(string, Guid, object?)>();
        if (streams.Count == 0)
            return held;
        // The thirteenth digit is the version. Version 8 is an id that was derived from the content.
        var stored = EventSql.Stored("e");
        var data = $"case when substr(e.id::text, 15, 1) = '8' then null else {stored} end";
        await using var command = new NpgsqlCommand(
            $"""
            select e.stream_id, e.id, e.type, {data}
            from {EventSql.Streams} s join {EventSql.Events} e on e.stream_id = s.id
            where s.id = any($1) and s.created < (select started_at from {ImportTables.Imports} where id = $2) and e.type in ({EventSql.Names(
                EventGroups.Steps
            )})
            order by e.stream_id, e.version
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = streams.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = _import.Id });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var step = await reader.IsDBNullAsync(3, token) ? null : EventJson.ReadStep(reader.GetString(2), reader.GetFieldValue<byte[]>(3));
            held.Add((reader.GetString(0), reader.GetGuid(1), step));
        }

        return held;
    }

    /// <summary>The instant of the earliest forecast of each stream. A withdrawal does not count.</summary>
    public async Task<Dictionary<string, DateTimeOffset>> FirstStatedAsync(IReadOnlyCollection<string> streams, CancellationToken token)
    {
        var first = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (streams.Count == 0)
            return first;
        await using var command = new NpgsqlCommand(
            $"""
            select e.stream_id, min({EventSql.Text("e", nameof(ForecastRevised.MadeAt), EventGroups.Statements)}::timestamptz) from {EventSql.Events} e
            where e.stream_id = any($1) and e.type in ({EventSql.Names(EventGroups.Statements)}) group by e.stream_id
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = streams.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            first[reader.GetString(0)] = reader.GetFieldValue<DateTimeOffset>(1);
        return first;
    }

    /// <summary>What is recorded of seals on questions. Seals that nobody stated are left out. One is kept of each, whatever the number of steps.</summary>
    /// <param name="wanted">The seals, each with the question's slug.</param>
    /// <param name="token">Ends the read.</param>
    public async Task<Dictionary<(string Question, string Seal), SealOnRecord>> SealsAsync(
        IReadOnlyCollection<(string Question, string Seal)> wanted,
        CancellationToken token
    )
    {
        var found = new Dictionary<(string, string), SealOnRecord>();
        if (wanted.Count == 0)
            return found;
        var types = EventGroups.Statements;
        var statement = EventSql.Json("e", nameof(ForecastRevised.Statement), types);
        await using var command = new NpgsqlCommand(
            $"""
            select w.slug, w.seal, split_part(e.stream_id, '/', 3), {TableView.Instant(EventSql.Text("e", nameof(ForecastRevised.MadeAt), types))},
                coalesce({EventSql.Text("e", nameof(ForecastRevised.Imported), types)}, 'false') = 'true', {statement} ->> 'revealedAt' is not null, e.type,
                {EventSql.Stored("e")}
            from (select distinct slug from unnest($1) d (slug)) u
            cross join lateral (select id from {EventSql.Streams} where id collate "C" > 'forecast/' || u.slug || '/'
                and id collate "C" < 'forecast/' || u.slug || '0') s
            join {EventSql.Events} e on e.stream_id = s.id
            join unnest($1, $2) w (slug, seal) on w.slug = u.slug and w.seal = {statement} ->> 'seal'
            where e.type in ({EventSql.Names(types)})
            order by e.seq_id
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(w => w.Question).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = wanted.Select(w => w.Seal).ToArray() });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var key = (reader.GetString(0), reader.GetString(1));
            var known = found.GetValueOrDefault(key);
            // Read whole only until it is known what the seal opened to.
            var stated = !reader.GetBoolean(5)
                ? new Statement(Seal: key.Item2)
                : known?.Opened ?? ((ForecastRevised)EventJson.ReadStep(reader.GetString(6), reader.GetFieldValue<byte[]>(7))).Statement;
            var madeAt = reader.GetFieldValue<DateTimeOffset>(3);
            found[key] = SealOnRecord.After(known, new SealedStep(reader.GetString(2), madeAt, stated, IsLive: !reader.GetBoolean(4)));
        }

        return found;
    }

    /// <summary>
    /// The rows that were read from the outcome logs of questions, in the order of recording: those that became events, and those that did not.
    /// </summary>
    public async Task<(IReadOnlyList<OutcomeEvent> Events, IReadOnlyList<UnchangingOutcome> Unchanging)> OutcomesReadAsync(
        IReadOnlyCollection<string> streams,
        CancellationToken token
    )
    {
        var keys = streams.ToArray();
        var events = new List<OutcomeEvent>();
        // Stream by stream: without current statistics, PostgreSQL would scan all outcomes.
        await using (
            var command = new NpgsqlCommand(
                $"""
                select e.stream_id, e.type, {EventSql.Stored("e")}, e.timestamp from unnest($1) as u (id)
                cross join lateral (select * from {EventSql.Events} e where e.stream_id = u.id order by e.version offset 0) e
                where e.type = any($2) order by e.stream_id, e.version
                """,
                _connection,
                _transaction
            )
        )
        {
            command.Parameters.Add(new NpgsqlParameter { Value = keys });
            command.Parameters.Add(new NpgsqlParameter { Value = OutcomeEvents });
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
                events.Add(
                    new OutcomeEvent(
                        reader.GetString(0),
                        EventJson.Read(reader.GetString(1), reader.GetFieldValue<byte[]>(2)),
                        reader.GetFieldValue<DateTimeOffset>(3)
                    )
                );
        }

        return (events, await UnchangingOutcomes.ReadAsync(_connection, _transaction, keys, token));
    }

    /// <summary>Records rows of outcome logs that were accepted and changed nothing.</summary>
    public Task NoteUnchangingAsync(IReadOnlyCollection<UnchangingOutcome> rows, CancellationToken token) =>
        UnchangingOutcomes.AddAsync(_connection, _transaction, rows, token);

    /// <summary>Requests a scoring of those questions that have an outcome by now, because forecasts on them came in late.</summary>
    public async Task ScoreResolvedAsync(IReadOnlyCollection<string> slugs, GenerationTrigger trigger, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {ScoringTables.Pending} as p (question, trigger, import_id)
            select slug, $2, $3 from (select slug, status from {ForecastStore.Schema}.mt_doc_question where slug = any($1) offset 0) q where status = 'Resolved'
            on conflict (question) do update set import_id = excluded.import_id, asked = p.asked + 1
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = slugs.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = trigger.Word() });
        command.Parameters.Add(new NpgsqlParameter { Value = _import.Id });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Requests a scoring of each question, with its trigger.</summary>
    public async Task ScoreAsync(IReadOnlyCollection<(string Slug, GenerationTrigger Trigger)> questions, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {ScoringTables.Pending} as p (question, trigger, import_id)
            select u.question, u.trigger, $3 from unnest($1, $2) as u (question, trigger)
            on conflict (question) do update set trigger = excluded.trigger, import_id = excluded.import_id, asked = p.asked + 1
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = questions.Select(q => q.Slug).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = questions.Select(q => q.Trigger.Word()).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = _import.Id });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>Counts the rows of the batch and commits everything.</summary>
    public async Task CommitAsync(long rows, CancellationToken token)
    {
        if (Refused.Count > 0)
            await WriteRefusedAsync(token);
        await using var command = new NpgsqlCommand(
            $"""
            update {ImportTables.Imports}
            set read = read + $2, accepted = accepted + $2 - $3, refused = refused + $3, unchanged = unchanged + $4, recorded = recorded + $5
            where id = $1
            """,
            _connection,
            _transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = _import.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = rows });
        command.Parameters.Add(new NpgsqlParameter { Value = (long)Refused.Count });
        command.Parameters.Add(new NpgsqlParameter { Value = Unchanged });
        command.Parameters.Add(new NpgsqlParameter { Value = Append.Written });
        await command.ExecuteNonQueryAsync(token);
        await _transaction.CommitAsync(token);
    }

    /// <summary>Rolls the batch back if it was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task WriteRefusedAsync(CancellationToken token)
    {
        await using var copy = await _connection.BeginBinaryImportAsync(
            $"copy {ImportTables.Refusals} (import_id, line, field, reason) from stdin (format binary)",
            token
        );
        foreach (var row in Refused)
        {
            copy.StartRow();
            copy.Write(_import.Id, NpgsqlDbType.Varchar);
            copy.Write(row.Line, NpgsqlDbType.Bigint);
            if (row.Field is { } field)
                copy.Write(field, NpgsqlDbType.Varchar);
            else
                copy.WriteNull();
            copy.Write(row.Reason, NpgsqlDbType.Varchar);
        }

        await copy.CompleteAsync(token);
    }
}
