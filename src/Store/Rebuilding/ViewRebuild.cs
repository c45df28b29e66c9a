using System.Threading.Channels;
using Marten;
using Npgsql;
using Store.Scores;
using Weasel.Postgresql;

namespace Store.Rebuilding;

/// <summary>
/// Makes the tables of a view anew from the events, in a schema of their own beside those that are read, and puts them in the place of these in one
/// short transaction.
/// </summary>
/// <remarks>
/// <para>
/// The daemon goes on meanwhile and is never told. The rebuild reads as far as the daemon's progress; in the transaction that switches it holds the
/// progress and both sets of tables, brings the new ones to that very event, and puts them under the old names. The daemon's next page waits for that
/// transaction and then goes on where it was, on the new tables: no event is applied twice, and none is missed.
/// </para>
/// <para>The event store's own rebuild empties the tables first, and its blue and green versions belong to a deployment: neither answers from the old tables and then switches.</para>
/// </remarks>
internal sealed class ViewRebuild(NpgsqlDataSource database, ISerializer serializer, ViewProjection view)
{
    /// <summary>The switch reads no more than so many events: everybody who reads the view waits for it.</summary>
    private const int LeftForTheSwitch = 2_000;

    /// <summary>Pages that are read ahead of the one that is written.</summary>
    private const int Ahead = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ViewTables _built = new($"{ForecastStore.Schema}_rebuild_{view.Name.ToLowerInvariant()}");
    private readonly RecordedData _data = new(serializer);

    /// <summary>Builds, catches up and switches. Cut off, it leaves what is read untouched; started again it begins anew.</summary>
    /// <returns>How many events the view read.</returns>
    public async Task<long> RunAsync(IProgress<RebuildProgress>? progress, CancellationToken token)
    {
        await using var reading = await database.OpenConnectionAsync(token);
        await using var writing = await database.OpenConnectionAsync(token);
        // A page's rows are looked up by the keys, however few or many rows the tables had when a statement was first planned; and none is worth compiling.
        await ExecuteAsync(writing, "set maintenance_work_mem = '256MB'; set jit = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off", token);
        await ExecuteAsync(reading, "set jit = off", token);
        await ExecuteAsync(writing, $"drop schema if exists {_built.Schema} cascade; create schema {_built.Schema}", token);
        var later = await CreateTablesAsync(writing, token);

        var reached = await ProgressAsync(reading, null, token);
        var (done, of) = (0L, await CountAsync(reading, reached, token));
        Tell();
        done = await ApplyAsync(reading, writing, 0, reached, Tell, token);
        foreach (var index in later) await ExecuteAsync(writing, index, token);
        await ExecuteAsync(writing, $"analyze {string.Join(", ", view.Tables.Select(Built))}", token);

        for (var patience = TimeSpan.FromMilliseconds(500); ; patience = TimeSpan.FromSeconds(Math.Min(10, patience.TotalSeconds * 1.5)))
        {
            while (await ProgressAsync(reading, null, token) is var ahead && ahead > reached)
            {
                var before = done;
                of = Math.Max(of, before + await CountAsync(reading, ahead, token, reached));
                done = before + await ApplyAsync(reading, writing, reached, ahead, more => Tell(before + more), token);
                var few = ahead - reached <= LeftForTheSwitch;
                reached = ahead;
                if (few) break;
            }

            if (await SwitchAsync(reached, patience, token) is { } last)
            {
                done += last;
                Tell();
                await ExecuteAsync(writing, $"drop schema {_built.Schema} cascade", token);
                return done;
            }

            await Task.Delay(Pause, token);
        }

        void Tell(long? at = null) => progress?.Report(new RebuildProgress(RebuiltView.NameOf(view), at ?? done, 0, Math.Max(of, at ?? done)));
    }

    private string Built(string table) => $"{_built.Schema}.{table}";

    private static string Served(string table) => $"{ForecastStore.Schema}.{table}";

    /// <summary>Makes the empty tables, and answers what makes the keys and indexes that are cheaper made at the end.</summary>
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
        await using (var command = new NpgsqlCommand(
            """
            select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid)), format('alter table %s drop constraint %I', conrelid::regclass, conname)
            from pg_constraint k join pg_class c on c.oid = conrelid where connamespace = $1::regnamespace and contype = 'p' and relname <> all($2)
            union all
            select pg_get_indexdef(indexrelid), format('drop index %s', indexrelid::regclass)
            from pg_index join pg_class c on c.oid = indexrelid where relnamespace = $1::regnamespace and not indisprimary and relname <> all($2)
            """,
            connection)
        { Parameters = { new() { Value = _built.Schema }, new() { Value = view.Seeks.ToArray() } } })
        {
            await using var reader = await command.ExecuteReaderAsync(token);
            while (await reader.ReadAsync(token))
            {
                later.Add(reader.GetString(0));
                drops.Add(reader.GetString(1));
            }
        }

        foreach (var drop in drops) await ExecuteAsync(connection, drop, token);
        return later;
    }

    /// <summary>Applies the events after a sequence and not after another, a page a transaction, reading ahead.</summary>
    private async Task<long> ApplyAsync(NpgsqlConnection reading, NpgsqlConnection writing, long after, long upTo, Action<long?> tell, CancellationToken token)
    {
        var pages = Channel.CreateBounded<List<ViewEvent>>(Ahead);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(token);
        var reader = Task.Run(
            async () =>
            {
                try
                {
                    var page = new List<ViewEvent>(view.Page);
                    await foreach (var e in _data.ReadAsync(reading, null, view.Reads, after, upTo, broken.Token))
                    {
                        page.Add(e);
                        if (page.Count < view.Page) continue;
                        await pages.Writer.WriteAsync(page, broken.Token);
                        page = new List<ViewEvent>(view.Page);
                    }

                    if (page.Count > 0) await pages.Writer.WriteAsync(page, broken.Token);
                    pages.Writer.Complete();
                }
                catch (Exception e)
                {
                    pages.Writer.Complete(e);
                }
            },
            CancellationToken.None);
        var applied = 0L;
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(token))
            {
                await using var transaction = await writing.BeginTransactionAsync(token);
                foreach (var statement in view.StatementsFor(_built, page)) await RunAsync(writing, transaction, statement, token);
                await transaction.CommitAsync(token);
                tell(applied += page.Count);
            }
        }
        finally
        {
            await broken.CancelAsync();
            await reader;
        }

        return applied;
    }

    /// <summary>
    /// Puts the new tables in the place of the old; null where somebody reads for longer than the patience, or the daemon has gone too far ahead
    /// meanwhile, and nothing was changed.
    /// </summary>
    private async Task<long?> SwitchAsync(long reached, TimeSpan patience, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        try
        {
            await ExecuteAsync(connection, $"set local lock_timeout = {(int)patience.TotalMilliseconds}; set local jit = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off", token);
            // The daemon notes its progress first and then writes rows; taken in the same order, neither waits for whom waits for it.
            await ProgressAsync(connection, transaction, token, hold: true);
            await ExecuteAsync(connection, $"lock table {string.Join(", ", view.Tables.Select(Served))} in access exclusive mode", token);
            // The daemon's first page makes the row of its progress, which nobody could hold.
            var at = await ProgressAsync(connection, transaction, token, hold: true);
            if (at - reached > LeftForTheSwitch) return null;
            var last = new List<ViewEvent>();
            await foreach (var e in _data.ReadAsync(connection, transaction, view.Reads, reached, at, token)) last.Add(e);
            foreach (var page in last.Chunk(view.Page))
            {
                foreach (var statement in view.StatementsFor(_built, page)) await RunAsync(connection, transaction, statement, token);
            }

            foreach (var table in view.Tables)
            {
                await ExecuteAsync(connection, $"drop table {Served(table)}; alter table {Built(table)} set schema {ForecastStore.Schema}", token);
            }

            await transaction.CommitAsync(token);
            return last.Count;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return null;
        }
    }

    private async Task<long> ProgressAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken token, bool hold = false)
    {
        await using var command = new NpgsqlCommand(
            $"select last_seq_id from {ForecastStore.Schema}.mt_event_progression where name = $1{(hold ? " for update" : "")}", connection, transaction)
        {
            Parameters = { new() { Value = $"{view.Name}:All" } },
        };
        return await command.ExecuteScalarAsync(token) as long? ?? 0;
    }

    private async Task<long> CountAsync(NpgsqlConnection connection, long upTo, CancellationToken token, long after = 0)
    {
        await using var command = new NpgsqlCommand(
            $"select count(*) from {ForecastStore.Schema}.mt_events where seq_id > $1 and seq_id <= $2 and type = any($3)", connection)
        {
            Parameters = { new() { Value = after }, new() { Value = upTo }, new() { Value = view.Reads.Select(t => EventNames.All[t]).ToArray() } },
            CommandTimeout = 0,
        };
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ViewStatement statement, CancellationToken token)
    {
        var parts = statement.Sql.Split('?');
        var sql = parts[0] + string.Concat(parts.Skip(1).Select((part, i) => $"${i + 1}{part}"));
        await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
        foreach (var value in statement.Values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(token);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(token);
    }
}
