using Npgsql;
using Store.Events;
using Store.Idempotency;
using Store.Importing;
using Store.Ledger;

namespace Store.Erasing;

/// <summary>
/// The files of the database after an erasure. A row that was changed stays in them, and its bytes stay in the free space of its page after a plain vacuum;
/// only a table that is written anew is free of them.
/// </summary>
/// <param name="database">The database.</param>
public sealed class ErasedFiles(NpgsqlDataSource database)
{
    /// <summary>The tables in which a text or a salt may have lain.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        EventSql.Events,
        $"{ForecastStore.Schema}.mt_doc_question",
        $"{ForecastStore.Schema}.mt_doc_analyst",
        $"{ForecastStore.Schema}.mt_doc_webhook",
        $"{ForecastStore.Schema}.identities",
        IdempotencyRecords.Name,
        ImportTables.Chunks,
        ImportTables.Imports,
        ImportTables.Refusals,
        LedgerTables.Entries,
        // What the planner knows of a column are values of it. It comes last, since the others are looked through once more.
        "pg_catalog.pg_statistic",
    ];

    /// <summary>Writes a table anew. Nobody reads or writes it meanwhile, and it takes as much room again.</summary>
    /// <param name="table">One of <see cref="Tables"/>.</param>
    /// <param name="token">Ends it; the table stays as it was then.</param>
    public async Task RewriteAsync(string table, CancellationToken token)
    {
        await using var command = database.CreateCommand($"vacuum (full, analyze) {table}");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>
    /// Begins another segment of the write-ahead log, and writes a checkpoint, after which the server keeps the earlier ones no longer than its settings say.
    /// </summary>
    /// <returns>Whether this account may do so; else the server does it in its own time.</returns>
    public async Task<bool> LeaveLogAsync(CancellationToken token)
    {
        try
        {
            await using var turn = database.CreateCommand("select pg_switch_wal()");
            await turn.ExecuteNonQueryAsync(token);
            await using var checkpoint = database.CreateCommand("checkpoint");
            checkpoint.CommandTimeout = 0;
            await checkpoint.ExecuteNonQueryAsync(token);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
