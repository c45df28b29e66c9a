using Domain.Scoring.Generations;
using Marten;
using Npgsql;
using Store.Events;

namespace Store.Scoring;

/// <summary>
/// Generations of scores are appended one after the other: whoever appends one holds a lock until it is committed, and has taken every generation of other
/// questions into account that was appended before. So what a generation rests on is said by one number, the sequence of the last of those.
/// </summary>
public static class ScoringOrder
{
    private const long LockKey = 0x73636F726573;

    internal static readonly string Last = $"select coalesce(max(seq_id), 0) from {EventSql.Events} where type = {EventSql.Name<QuestionScored>()}";

    /// <summary>Waits until no other appends a generation, and lets none begin before the session saves or ends.</summary>
    /// <returns>The sequence of the last generation on record; 0 where there is none.</returns>
    public static async Task<long> HoldAsync(IDocumentSession session, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(session);
        await session.BeginTransactionAsync(token);
        await using (var hold = Hold())
        {
            await using var held = await session.ExecuteReaderAsync(hold, token);
        }

        return await LastAsync(session, token);
    }

    /// <summary>The sequence of the last generation on record; 0 where there is none.</summary>
    public static async Task<long> LastAsync(IQuerySession session, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(session);
        await using var command = new NpgsqlCommand(Last);
        await using var reader = await session.ExecuteReaderAsync(command, token);
        return await reader.ReadAsync(token) ? reader.GetInt64(0) : 0;
    }

    internal static async Task<long> HoldAsync(NpgsqlTransaction transaction, CancellationToken token)
    {
        await using (var hold = Hold())
        {
            (hold.Connection, hold.Transaction) = (transaction.Connection, transaction);
            await hold.ExecuteNonQueryAsync(token);
        }

        await using var last = new NpgsqlCommand(Last, transaction.Connection, transaction);
        return (long)(await last.ExecuteScalarAsync(token))!;
    }

    private static NpgsqlCommand Hold() => new($"select pg_advisory_xact_lock({LockKey})");
}
