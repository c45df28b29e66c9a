using System.Buffers.Binary;
using System.Security.Cryptography;
using Npgsql;
using Store.Idempotency;

namespace Api.Idempotency;

/// <summary>A part was done, and what it was answered is not kept any more.</summary>
/// <param name="part">What is kept of it.</param>
public sealed class PartNotKeptException(IdempotencyRecord part) : Exception("A part's answer is not kept.")
{
    /// <summary>What is kept of it.</summary>
    public IdempotencyRecord Part { get; } = part;
}

/// <summary>
/// Does a long request under a key part by part. What a part changed and what it was answered are committed together, so that a repetition does only the parts
/// that were not done, and no transaction is as long as the request.
/// </summary>
/// <param name="id">The request's id.</param>
/// <param name="fingerprint">The fingerprint of the request's body, from which the parts follow.</param>
/// <param name="kept">Where answers are kept.</param>
/// <param name="database">Where the parts are committed.</param>
/// <param name="transactions">How many keyed requests may hold a transaction at once.</param>
/// <param name="clock">The clock.</param>
public sealed class KeyedParts(
    byte[] id,
    byte[] fingerprint,
    IdempotencyRecords kept,
    NpgsqlDataSource database,
    SemaphoreSlim transactions,
    TimeProvider clock
)
{
    /// <summary>How many parts are done.</summary>
    public int Done { get; private set; }

    /// <summary>When the first of them was answered, UTC; null where none is done.</summary>
    public DateTimeOffset? BegunAt { get; private set; }

    /// <summary>The id under which a part's answer is kept.</summary>
    /// <param name="request">The request's id.</param>
    /// <param name="number">The part's number, from 0.</param>
    public static byte[] IdOf(byte[] request, int number)
    {
        ArgumentNullException.ThrowIfNull(request);
        var bytes = new byte[request.Length + sizeof(int)];
        request.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(request.Length), number);
        return SHA256.HashData(bytes);
    }

    /// <summary>What a part was answered, or is answered now that it is done.</summary>
    /// <param name="number">The part's number, from 0.</param>
    /// <param name="work">
    /// Does the part in a transaction, and says what it is answered. It may be called although the part turns out to be done elsewhere.
    /// </param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="PartNotKeptException">It was done, and its answer is not kept any more.</exception>
    public async Task<byte[]> AnswerAsync(int number, Func<IdempotentTransaction, Task<byte[]>> work, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(work);
        var done = await DoneAsync(IdOf(id, number), work, token);
        (Done, BegunAt) = (Done + 1, BegunAt < done.AnsweredAt ? BegunAt : done.AnsweredAt);
        return done.Body ?? throw new PartNotKeptException(done);
    }

    private async Task<IdempotencyRecord> DoneAsync(byte[] part, Func<IdempotentTransaction, Task<byte[]>> work, CancellationToken token)
    {
        if (await FindAsync(part, token) is { } before)
            return before;
        await transactions.WaitAsync(token);
        try
        {
            await using var transaction = new IdempotentTransaction(database);
            await transaction.BeginAsync(token);
            var answer = new IdempotencyRecord(part, fingerprint, 200, "{}", await work(transaction), clock.GetUtcNow());
            if (await transaction.CommitAsync(answer, Since, token))
                return answer;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The race may be lost to the same request on another node, or the connection broke when the commit was done.
            if (await FindAsync(part, token) is { } other)
                return other;
            throw;
        }
        finally
        {
            transactions.Release();
        }

        return await FindAsync(part, token) ?? throw new InvalidOperationException("An answer that was kept a moment ago is gone.");
    }

    private DateTimeOffset Since => clock.GetUtcNow() - IdempotencyMiddleware.Kept;

    private Task<IdempotencyRecord?> FindAsync(byte[] part, CancellationToken token) => kept.FindAsync(part, Since, token);
}
