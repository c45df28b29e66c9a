using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Store.Events;
using Store.Idempotency;
using Store.Scoring;

namespace Store.Importing;

/// <summary>Receives imports and finds them again.</summary>
public sealed class ImportLog(NpgsqlDataSource database)
{
    /// <summary>The status of an import whose file is still being received.</summary>
    internal const string Receiving = "receiving";

    private const int RefusedAtOnce = 1_000;

    private const string Columns = """
        i.id, i.kind, i.format, i.status, i.actor, i.correlation, i.read, i.accepted, i.unchanged, i.refused, i.recorded, i.started_at, i.finished_at, i.failure
        """;

    private const string ToScore = $"(select count(*) from {ScoringTables.Pending} p where p.import_id = i.id)";

    /// <summary>Receives a file at the client's pace. The import does not run before <see cref="StartAsync"/>. A file that is cut off leaves nothing.</summary>
    /// <param name="kind">What it holds.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="file">The file.</param>
    /// <param name="actor">Who imports it.</param>
    /// <param name="correlation">The trace of the request that brings it.</param>
    /// <param name="limits">How much is accepted.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The import's id.</returns>
    /// <exception cref="SpoolFullException">The file, or all files that wait, are larger than they may be.</exception>
    public async Task<string> ReceiveAsync(
        ImportKind kind,
        ImportFormat format,
        Stream file,
        string actor,
        string? correlation,
        SpoolLimits limits,
        TimeProvider clock,
        CancellationToken token
    )
    {
        var now = clock.GetUtcNow();
        var id = $"{now.ToUnixTimeMilliseconds():x12}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        await using (var connection = await database.OpenConnectionAsync(token))
        {
            await ExecuteAsync(
                connection,
                $"insert into {ImportTables.Imports} (id, kind, format, status, actor, correlation, started_at) values ($1, $2, $3, '{Receiving}', $4, $5, $6)",
                token,
                id,
                kind.ToString(),
                format.ToString(),
                actor,
                correlation,
                now
            );
        }

        try
        {
            await ImportSpool.WriteAsync(database, id, file, limits, clock, token);
            return id;
        }
        catch
        {
            await ForgetAsync(id);
            throw;
        }
    }

    /// <summary>
    /// Starts an import whose file has been received. It runs when this method has returned, or when the open transaction, if any, is committed.
    /// </summary>
    /// <param name="id">The import's id.</param>
    /// <param name="transaction">The transaction of the request, if one is open.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The import; null if its file has been deleted in the meantime.</returns>
    public async Task<Import?> StartAsync(string id, IdempotentTransaction transaction, CancellationToken token)
    {
        await using var own = transaction.IsOpen ? null : await database.OpenConnectionAsync(token);
        await using var command = new NpgsqlCommand(
            $"""
            update {ImportTables.Imports} i set status = 'Running', sequence_before = (select last_value from {EventSql.Sequence})
            where i.id = $1 and i.status = '{Receiving}' returning {Columns}, {ToScore}
            """,
            own ?? transaction.Connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? Read(reader) : null;
    }

    /// <summary>Deletes a file that was received and not started.</summary>
    /// <param name="id">The import's id.</param>
    public async Task ForgetAsync(string id)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await ExecuteAsync(
            connection,
            $"""
            with forgotten as (delete from {ImportTables.Imports} where id = $1 and status = '{Receiving}' returning id)
            delete from {ImportTables.Chunks} where import_id in (select id from forgotten)
            """,
            CancellationToken.None,
            id
        );
    }

    /// <summary>An import by its id; null where there is none, or its file is still coming in.</summary>
    public async Task<Import?> FindAsync(string id, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select {Columns}, {ToScore} from {ImportTables.Imports} i where i.id = $1 and i.status <> '{Receiving}'"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? Read(reader) : null;
    }

    /// <summary>Imports by their ids, the latest first, from before <paramref name="before"/> on.</summary>
    public async Task<IReadOnlyList<Import>> ListAsync(string? before, int limit, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select {Columns}, {ToScore} from {ImportTables.Imports} i where i.status <> '{Receiving}' and ($1::varchar is null or i.id < $1) order by "
                + "i.id desc limit $2"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<Import>();
        while (await reader.ReadAsync(token))
            found.Add(Read(reader));
        return found;
    }

    /// <summary>
    /// The refused rows after a line, in the order of the file; all of them if no limit is given. They are read a page at a time, and no connection is held
    /// while the caller processes a page.
    /// </summary>
    public async IAsyncEnumerable<RefusedRow> RefusedAsync(string id, long afterLine, int? limit, [EnumeratorCancellation] CancellationToken token)
    {
        for (var left = limit ?? int.MaxValue; left > 0; )
        {
            var asked = Math.Min(left, RefusedAtOnce);
            var page = await RefusedPageAsync(id, afterLine, asked, token);
            foreach (var row in page)
                yield return row;
            if (page.Count < asked)
                yield break;
            (left, afterLine) = (left - page.Count, page[^1].Line);
        }
    }

    private async Task<IReadOnlyList<RefusedRow>> RefusedPageAsync(string id, long afterLine, int limit, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select line, field, reason from {ImportTables.Refusals} where import_id = $1 and line > $2 order by line limit $3"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        command.Parameters.Add(new NpgsqlParameter { Value = afterLine });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<RefusedRow>();
        while (await reader.ReadAsync(token))
            rows.Add(new RefusedRow(reader.GetInt64(0), await reader.IsDBNullAsync(1, token) ? null : reader.GetString(1), reader.GetString(2)));
        return rows;
    }

    private static Import Read(NpgsqlDataReader r) =>
        new(
            r.GetString(0),
            Enum.Parse<ImportKind>(r.GetString(1)),
            Enum.Parse<ImportFormat>(r.GetString(2)),
            Enum.Parse<ImportStatus>(r.GetString(3)),
            r.GetString(4),
            r.IsDBNull(5) ? null : r.GetString(5),
            r.GetInt64(6),
            r.GetInt64(7),
            r.GetInt64(8),
            r.GetInt64(9),
            r.GetInt64(10),
            r.GetFieldValue<DateTimeOffset>(11),
            r.IsDBNull(12) ? null : r.GetFieldValue<DateTimeOffset>(12),
            r.IsDBNull(13) ? null : r.GetString(13),
            r.GetInt64(14)
        );

    internal static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token, params object?[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(token);
    }
}
