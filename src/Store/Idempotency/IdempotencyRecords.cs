using Npgsql;
using NpgsqlTypes;
using Weasel.Postgresql.Tables;

namespace Store.Idempotency;

/// <summary>Keeps answers in the transaction of the effect that they answer. After a crash, either both exist or neither.</summary>
public sealed class IdempotencyRecords(NpgsqlDataSource database)
{
    /// <summary>The table.</summary>
    internal const string Name = $"{ForecastStore.Schema}.kept_answers";

    internal static Table Table()
    {
        var table = new Table(Name);
        table.AddColumn("id", "bytea").AsPrimaryKey();
        table.AddColumn("fingerprint", "bytea").NotNull();
        table.AddColumn("status", "integer").NotNull();
        table.AddColumn("headers", "jsonb").NotNull();
        table.AddColumn("body", "bytea");
        table.AddColumn("answered_at", "timestamptz").NotNull();
        table.AddColumn("parts", "integer");
        table.Indexes.Add(new IndexDefinition("idx_kept_answers_answered_at") { Columns = ["answered_at"] });
        return table;
    }

    /// <summary>The answer kept under this id, unless it was given before <paramref name="since"/>.</summary>
    public async Task<IdempotencyRecord?> FindAsync(byte[] id, DateTimeOffset since, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"select fingerprint, status, headers, body, answered_at, parts from {Name} where id = $1 and answered_at >= $2"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        command.Parameters.Add(new NpgsqlParameter { Value = since.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token)
            ? new IdempotencyRecord(
                id,
                reader.GetFieldValue<byte[]>(0),
                reader.GetInt32(1),
                reader.GetString(2),
                await reader.IsDBNullAsync(3, token) ? null : reader.GetFieldValue<byte[]>(3),
                new DateTimeOffset(reader.GetDateTime(4), TimeSpan.Zero),
                await reader.IsDBNullAsync(5, token) ? null : reader.GetInt32(5)
            )
            : null;
    }

    /// <summary>Whether there are answers with their bodies under all of these ids, whenever they were given.</summary>
    public async Task<bool> HasAllAsync(IReadOnlyCollection<byte[]> ids, CancellationToken token)
    {
        await using var command = database.CreateCommand($"select count(*) from {Name} where id = any($1) and body is not null");
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. ids] });
        return (long)(await command.ExecuteScalarAsync(token))! == ids.Count;
    }

    /// <summary>
    /// Keeps the answer in an open transaction, replacing one given before <paramref name="since"/>. Waits for another transaction that keeps an answer under
    /// the same id. Returns false if that one was first; then this transaction must not be committed.
    /// </summary>
    public static async Task<bool> KeepAsync(NpgsqlTransaction transaction, IdempotencyRecord answer, DateTimeOffset since, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(
            $"""
            insert into {Name} as kept (id, fingerprint, status, headers, body, answered_at, parts) values ($1, $2, $3, $4, $5, $6, $8)
            on conflict (id) do update set fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers,
                body = excluded.body, answered_at = excluded.answered_at, parts = excluded.parts where kept.answered_at < $7
            """,
            transaction.Connection,
            transaction
        );
        command.Parameters.Add(new NpgsqlParameter { Value = answer.Id });
        command.Parameters.Add(new NpgsqlParameter { Value = answer.Fingerprint });
        command.Parameters.Add(new NpgsqlParameter { Value = answer.Status });
        command.Parameters.Add(new NpgsqlParameter { Value = answer.Headers, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)answer.Body ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter { Value = answer.AnsweredAt.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter { Value = since.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)answer.Parts ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        return await command.ExecuteNonQueryAsync(token) == 1;
    }

    /// <summary>Deletes the answers given before an instant and returns their number.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken token)
    {
        await using var command = database.CreateCommand($"delete from {Name} where answered_at < $1");
        command.Parameters.Add(new NpgsqlParameter { Value = before.UtcDateTime });
        return await command.ExecuteNonQueryAsync(token);
    }
}
