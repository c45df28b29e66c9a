using Npgsql;
using Store.Events;
using Weasel.Postgresql;

namespace Store.Views.Rebuilding;

/// <summary>Rebuilds the tables of a view from the events in a separate schema, and replaces the tables that are read in one short transaction.</summary>
/// <remarks>
/// <para>
/// The daemon continues during the rebuild and does not know about it. The rebuild reads up to the daemon's progress. The transaction that switches locks the
/// progress and both sets of tables, brings the new tables to exactly that event, and gives them the old names. The daemon's next page waits for that
/// transaction and then continues on the new tables. No event is applied twice, and none is missed.
/// </para>
/// <para>
/// The event store's rebuild empties the tables first, and its blue-green versions are part of a deployment. Neither reads from the old tables and then
/// switches.
/// </para>
/// </remarks>
internal sealed class ViewRebuild(NpgsqlDataSource database, TableView view)
{
    /// <summary>The most events that the switch reads. All readers of the view wait for it.</summary>
    private const int LeftForTheSwitch = 2_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ViewTables _built = new($"{ForecastStore.Schema}_rebuild_{view.Shard.ToLowerInvariant()}");

    /// <summary>
    /// Builds, catches up and switches. If interrupted, it leaves the tables that are read untouched, and a new run starts from the beginning.
    /// </summary>
    /// <returns>The sequence of the last event that is in the tables.</returns>
    public async Task<long> RunAsync(IProgress<RebuildProgress>? progress, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await ExecuteAsync(connection, $"set maintenance_work_mem = '256MB'; {ByKeys("set")}", token);
        await ExecuteAsync(connection, $"drop schema if exists {_built.Schema} cascade; create schema {_built.Schema}", token);
        var later = await CreateTablesAsync(connection, token);
        var (reached, ahead) = (0L, await ProgressAsync(connection, null, token));
        await ApplyAsync();
        foreach (var index in later)
            await ExecuteAsync(connection, index, token);
        await ExecuteAsync(connection, $"analyze {string.Join(", ", view.Tables.Select(Built))}", token);

        for (var patience = TimeSpan.FromMilliseconds(500); ; patience = TimeSpan.FromSeconds(Math.Min(10, patience.TotalSeconds * 1.5)))
        {
            while ((ahead = await ProgressAsync(connection, null, token)) > reached)
            {
                var few = ahead - reached <= LeftForTheSwitch;
                await ApplyAsync();
                if (few)
                    break;
            }

            if (await SwitchAsync(reached, patience, token) is { } last)
            {
                progress?.Report(new RebuildProgress(view.Name, last, 0, last));
                await ExecuteAsync(connection, $"drop schema {_built.Schema} cascade", token);
                return last;
            }

            await Task.Delay(Pause, token);
        }

        async Task ApplyAsync()
        {
            progress?.Report(new RebuildProgress(view.Name, reached, 0, ahead));
            while (reached < ahead)
            {
                var next = view.Stretch < ahead - reached ? reached + view.Stretch : ahead;
                await using var transaction = await connection.BeginTransactionAsync(token);
                await this.ApplyAsync(connection, reached, next, token);
                await transaction.CommitAsync(token);
                reached = next;
                progress?.Report(new RebuildProgress(view.Name, reached, 0, ahead));
            }
        }
    }

    /// <summary>
    /// Makes PostgreSQL look rows up by their keys, regardless of the size of the tables when a statement was first planned. Statements are not compiled, since
    /// that takes longer than running them.
    /// </summary>
    /// <param name="set"><c>set</c>, or <c>set local</c>.</param>
    internal static string ByKeys(string set) => $"{set} jit = off; {set} enable_hashjoin = off; {set} enable_mergejoin = off; {set} enable_seqscan = off";

    private string Built(string table) => $"{_built.Schema}.{table}";

    private static string Served(string table) => $"{ForecastStore.Schema}.{table}";

    /// <summary>Creates the empty tables, and returns the statements for the keys and indexes that are cheaper to create at the end.</summary>
    private async Task<IReadOnlyList<string>> CreateTablesAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var migrator = new PostgresqlMigrator();
        foreach (var table in ScoreViews.TablesIn(_built).Where(t => view.Tables.Contains(t.Identifier.Name)))
        {
            await using var script = new StringWriter();
            table.WriteCreateStatement(migrator, script);
            await ExecuteAsync(connection, script.ToString(), token);
        }

        var later = new List<string>();
        var drops = new List<string>();
        await using (
            var command = new NpgsqlCommand(
                """
                select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)),
                    format('alter table %s drop constraint %I', conrelid::regclass, conname)
                from pg_constraint k join pg_class c on c.oid = conrelid where connamespace = $1::regnamespace and contype = 'p' and relname <> all($2)
                union all
                select pg_get_indexdef(indexrelid), format('drop index %s', indexrelid::regclass)
                from pg_index join pg_class c on c.oid = indexrelid where relnamespace = $1::regnamespace and not indisprimary and relname <> all($2)
                """,
                connection
            )
            {
                Parameters =
                {
                    new() { Value = _built.Schema },
                    new() { Value = view.Seeks.ToArray() },
                },
            }
        )
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                later.Add(reader.GetString(0));
                drops.Add(reader.GetString(1));
            }
        }

        foreach (var drop in drops)
            await ExecuteAsync(connection, drop, token);
        return later;
    }

    /// <summary>Brings the new tables from one sequence to another, in the open transaction.</summary>
    private async Task ApplyAsync(NpgsqlConnection connection, long after, long upTo, CancellationToken token)
    {
        foreach (var statement in view.Statements(_built))
        {
            await using var command = new NpgsqlCommand(statement, connection)
            {
                CommandTimeout = 0,
                Parameters =
                {
                    new() { Value = after },
                    new() { Value = upTo },
                },
            };
            await command.ExecuteNonQueryAsync(token);
        }
    }

    /// <summary>
    /// Replaces the old tables by the new ones. Returns null and changes nothing if a reader takes longer than the patience, or if the daemon has advanced too
    /// far.
    /// </summary>
    private async Task<long?> SwitchAsync(long reached, TimeSpan patience, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        try
        {
            await ExecuteAsync(connection, $"set local lock_timeout = {(int)patience.TotalMilliseconds}; {ByKeys("set local")}", token);
            // The daemon locks its progress first and the rows after it. The same order here avoids a deadlock.
            await ProgressAsync(connection, transaction, token, hold: true);
            await ExecuteAsync(connection, $"lock table {string.Join(", ", view.Tables.Select(Served))} in access exclusive mode", token);
            // The daemon's first page creates the row of its progress, so there is no row to lock before that.
            var at = await ProgressAsync(connection, transaction, token, hold: true);
            if (at - reached > LeftForTheSwitch)
                return null;
            await ApplyAsync(connection, reached, at, token);
            foreach (var table in view.Tables)
            {
                await ExecuteAsync(connection, $"drop table {Served(table)}; alter table {Built(table)} set schema {ForecastStore.Schema}", token);
            }

            await transaction.CommitAsync(token);
            return at;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return null;
        }
    }

    private async Task<long> ProgressAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken token, bool hold = false)
    {
        await using var command = new NpgsqlCommand(
            $"select last_seq_id from {EventSql.Progress} where name = $1{(hold ? " for update" : "")}",
            connection,
            transaction
        )
        {
            Parameters = { new() { Value = $"{view.Shard}:All" } },
        };
        return await command.ExecuteScalarAsync(token) as long? ?? 0;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }
}
