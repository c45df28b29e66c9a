using Domain.Questions;
using Domain.Scoring.Generations;
using Marten;
using Npgsql;
using Store.Events;
using Store.Views;

namespace Store.Scoring;

/// <summary>Scores are being made, and who would have changed what they rest on did not wait for them.</summary>
public sealed class ScoringUnderwayException() : Exception("Scores are being made.");

/// <summary>
/// Orders the generations of scores. A process that appends one holds a lock until the commit, and has taken into account every generation of other questions
/// that was appended before. So one number states what a generation rests on: the sequence of the last of those. A base rate counts by tags, so whoever edits
/// the tags of a question that was opened holds the same lock, and that number may be an edit's.
/// </summary>
/// <remarks>
/// An edit of a draft holds no lock and has no place in this order: only what has a generation is counted, and a draft gets its first one after it was opened,
/// so that every number that includes the generation includes the edits of the draft. A number that was drawn without the lock could be committed before a
/// lower one of a generation, which would then pass for included.
/// </remarks>
public static class ScoringOrder
{
    private const long LockKey = 0x73636F726573;

    /// <summary>How long a request waits: less than a page of scores can take, and so little that many requests do not hold up all others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The sequence of the last generation on record; 0 where there is none.</summary>
    internal static readonly string LastGeneration = $"select coalesce(max(seq_id), 0) from {EventSql.Events} where type = {EventSql.Name<QuestionScored>()}";

    /// <summary>The sequence of the last generation, or of the last edit of an opened question's tags where that came later.</summary>
    internal static readonly string Last = $"""
        select greatest(({LastGeneration}), (select e.seq_id from {EventSql.Events} e
            where e.type = {EventSql.Name<QuestionEdited>()} and {QuestionFieldSql.IsChanged("e", nameof(QuestionFields.Tags))} and exists (
                select from {EventSql.Events} o
                where o.stream_id = e.stream_id and o.version < e.version and o.type = {EventSql.Name<QuestionOpened>()})
            order by e.seq_id desc limit 1))
        """;

    /// <summary>Waits until no other process appends a generation, and prevents others from starting before the session saves or ends.</summary>
    /// <returns>The sequence of the last generation or edit of an opened question's tags on record; 0 where there is none.</returns>
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

    /// <summary>
    /// Holds the order as <see cref="HoldAsync(IDocumentSession, CancellationToken)"/> does, and waits two seconds at most, in the line of all who wait.
    /// </summary>
    /// <exception cref="ScoringUnderwayException">It was still held then. The session's transaction can do nothing more.</exception>
    public static async Task HoldSoonAsync(IDocumentSession session, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(session);
        await session.BeginTransactionAsync(token);
        // Not through the session, which repeats what failed, in a transaction that can do nothing more.
        await using var hold = new NpgsqlCommand(
            FormattableString.Invariant(
                $"set local lock_timeout = {(int)Patience.TotalMilliseconds}; select pg_advisory_xact_lock({LockKey}); reset lock_timeout"
            ),
            session.Connection
        );
        try
        {
            await hold.ExecuteNonQueryAsync(token);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new ScoringUnderwayException();
        }
    }

    /// <summary>The sequence of the last generation or edit of an opened question's tags on record; 0 where there is none.</summary>
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
