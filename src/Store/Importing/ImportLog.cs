using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Store.Events;
using Store.Scoring;

namespace Store.Importing;

/// <summary>The imports: taken in whole, and looked up.</summary>
public sealed class ImportLog(NpgsqlDataSource database)
{
    private const string Receiving = "receiving";

    private const string Columns = """
        i.id, i.kind, i.format, i.status, i.actor, i.correlation, i.read, i.accepted, i.unchanged, i.refused, i.recorded, i.started_at, i.finished_at, i.failure
        """;

    private const string ToScore = $"(select count(*) from {ScoringTables.Pending} p where p.import_id = i.id)";

    /// <summary>
    /// Takes a file in. It is run once the whole of it is in the database and this has returned; a file that is cut off leaves nothing.
    /// </summary>
    public async Task<string> ReceiveAsync(
        ImportKind kind,
        ImportFormat format,
        Stream file,
        string actor,
        string? correlation,
        DateTimeOffset now,
        CancellationToken token
    )
    {
        var id = $"{now.ToUnixTimeMilliseconds():x12}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        await using var connection = await database.OpenConnectionAsync(token);
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
        try
        {
            await ImportSpool.WriteAsync(connection, id, file, token);
            await ExecuteAsync(
                connection,
                $"update {ImportTables.Imports} set status = 'Running', sequence_before = (select last_value from {EventSql.Sequence}) where id = $1",
                token,
                id
            );
            return id;
        }
        catch
        {
            await ForgetAsync(id);
            throw;
        }
    }

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
            $"select {Columns}, {ToScore} from {ImportTables.Imports} i where i.status <> '{Receiving}' and ($1::varchar is null or i.id < $1) order by i.id desc limit $2"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)before ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar });
        command.Parameters.Add(new NpgsqlParameter { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(token);
        var found = new List<Import>();
        while (await reader.ReadAsync(token))
            found.Add(Read(reader));
        return found;
    }

    /// <summary>The refused rows in the order of the file, from after a line on; all of them where no limit is given, read as they are asked for.</summary>
    public async IAsyncEnumerable<RefusedRow> RefusedAsync(string id, long afterLine, int? limit, [EnumeratorCancellation] CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select line, field, reason from {ImportTables.Refusals} where import_id = $1 and line > $2 order by line limit $3"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        command.Parameters.Add(new NpgsqlParameter { Value = afterLine });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)limit ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            yield return new RefusedRow(reader.GetInt64(0), await reader.IsDBNullAsync(1, token) ? null : reader.GetString(1), reader.GetString(2));
        }
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

    private async Task ForgetAsync(string id)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        await ExecuteAsync(connection, $"delete from {ImportTables.Chunks} where import_id = $1", CancellationToken.None, id);
        await ExecuteAsync(connection, $"delete from {ImportTables.Imports} where id = $1", CancellationToken.None, id);
    }

    internal static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token, params object?[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(token);
    }
}
