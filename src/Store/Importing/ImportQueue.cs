using Domain.Resolutions;
using Npgsql;
using Store.Events;
using Store.Scoring;

namespace Store.Importing;

/// <summary>
/// The waiting imports. They run one after the other in order of arrival, so that forecasts that are sent right after their questions find them. One node at a
/// time holds the queue. When the node ends, for any reason, the database gives the queue to another.
/// </summary>
public sealed class ImportQueue : IAsyncDisposable
{
    /// <summary>The advisory lock of the node that processes imports and the scorings that follow from them.</summary>
    private const long LockKey = 0x666F72656361;

    /// <summary>How long an upload may be silent before it counts as cut off.</summary>
    public static readonly TimeSpan SilentUntilForgotten = TimeSpan.FromHours(6);

    private const string CutOff = $"status = '{ImportLog.Receiving}' and coalesce(received_at, started_at) < $1";

    private readonly NpgsqlConnection _connection;

    private ImportQueue(NpgsqlConnection connection) => _connection = connection;

    /// <summary>The queue; null if another node holds it.</summary>
    public static async Task<ImportQueue?> TryTakeAsync(NpgsqlDataSource database, CancellationToken token)
    {
        var connection = await database.OpenConnectionAsync(token);
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = LockKey } } };
        if (await command.ExecuteScalarAsync(token) is true)
            return new ImportQueue(connection);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>
    /// The next import, whether any question waits to be scored, and the last generation of scores if some generations may have changed what others rest on.
    /// </summary>
    public async Task<(string? Import, bool Scorings, long? Unfollowed)> NextAsync(CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select (select id from {ImportTables.Imports} where status = 'Running' order by id limit 1), exists (select from {ScoringTables.Pending}),
                   {Dependents.FollowedUpto}, ({ScoringOrder.LastGeneration})
            """,
            _connection
        );
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (
            await reader.IsDBNullAsync(0, token) ? null : reader.GetString(0),
            reader.GetBoolean(1),
            reader.GetInt64(2) < reader.GetInt64(3) ? reader.GetInt64(3) : null
        );
    }

    /// <summary>
    /// Ends an import. Questions that were resolved while its forecasts came in are scored once more if their scoring may have happened before the last
    /// forecast.
    /// </summary>
    /// <param name="import">The import.</param>
    /// <param name="failure">Why the file could not be read to its end; null where it could.</param>
    /// <param name="now">The instant.</param>
    /// <param name="token">Ends it.</param>
    public async Task FinishAsync(Import import, string? failure, DateTimeOffset now, CancellationToken token)
    {
        await using var transaction = await _connection.BeginTransactionAsync(token);
        if (import.Kind == ImportKind.Forecasts)
            await ScoreResolvedMeanwhileAsync(import.Id, token);
        await ImportLog.ExecuteAsync(_connection, $"delete from {ImportTables.Chunks} where import_id = $1", token, import.Id);
        await ImportLog.ExecuteAsync(
            _connection,
            $"update {ImportTables.Imports} set status = $2, failure = $3, finished_at = $4, spooled = 0 where id = $1",
            token,
            import.Id,
            failure is null ? nameof(ImportStatus.Succeeded) : nameof(ImportStatus.Failed),
            failure,
            now
        );
        await transaction.CommitAsync(token);
    }

    // Each question is looked up by its key, whatever the number of outcomes. Right after an import, PostgreSQL's statistics may not know of any.
    private Task<int> ScoreResolvedMeanwhileAsync(string id, CancellationToken token) =>
        ImportLog.ExecuteAsync(
            _connection,
            $"""
            insert into {ScoringTables.Pending} as p (question, trigger, import_id)
            select q.slug, '{GenerationTrigger.LateImport.Word()}', $1
            from (select distinct stream_id from {EventSql.Events}
                  where type in ({EventSql.Names(
                typeof(QuestionResolved),
                typeof(ResolutionCorrected)
            )}) and seq_id > (select sequence_before from {ImportTables.Imports} where id = $1)
                    and (causation_id is null or causation_id not like '{ImportCausation.Prefix}%')) e
            cross join lateral (select slug, status from {ForecastStore.Schema}.mt_doc_question where id = e.stream_id offset 0) q
            where q.status = 'Resolved'
            on conflict (question) do update set asked = p.asked + 1
            """,
            token,
            id
        );

    /// <summary>
    /// Deletes uploads that were cut off: those that have been silent for hours. The slowest upload in progress delivers a chunk within an hour.
    /// </summary>
    /// <param name="now">The instant.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The number of deleted uploads.</returns>
    public async Task<int> ForgetCutOffAsync(DateTimeOffset now, CancellationToken token)
    {
        var before = now - SilentUntilForgotten;
        await ImportLog.ExecuteAsync(
            _connection,
            $"delete from {ImportTables.Chunks} where import_id in (select id from {ImportTables.Imports} where {CutOff})",
            token,
            before
        );
        return await ImportLog.ExecuteAsync(_connection, $"delete from {ImportTables.Imports} where {CutOff}", token, before);
    }

    /// <summary>Releases the queue to another node.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
