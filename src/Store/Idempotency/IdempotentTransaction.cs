using Marten;
using Marten.Services;
using Npgsql;

namespace Store.Idempotency;

/// <summary>
/// The single transaction of a request whose answer is kept. Sessions that are opened in it see its changes. Nothing is committed until
/// <see cref="CommitAsync"/> has added the answer.
/// </summary>
public sealed class IdempotentTransaction(NpgsqlDataSource database) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;
    private NpgsqlTransaction? _transaction;

    /// <summary>Whether it has begun and has not been committed or given up.</summary>
    public bool IsOpen => _transaction is not null;

    /// <summary>The connection that the transaction is on, while it is open.</summary>
    internal NpgsqlConnection? Connection => _connection;

    /// <summary>
    /// Whether its connection has broken. That is then the cause of any failure of the request: later commands on the connection, including retries by a
    /// library, fail with other errors ("already completed", "already in progress").
    /// </summary>
    public bool IsBroken => _connection is { State: not System.Data.ConnectionState.Open };

    /// <summary>Begins the transaction on its own connection.</summary>
    public async Task BeginAsync(CancellationToken token)
    {
        _connection = await database.OpenConnectionAsync(token);
        _transaction = await _connection.BeginTransactionAsync(token);
    }

    /// <summary>The options that open a session in this transaction.</summary>
    public SessionOptions ForSession()
    {
        var options = SessionOptions.ForTransaction(_transaction!, shouldAutoCommit: false);
        options.Tracking = DocumentTracking.None;
        return options;
    }

    /// <summary>Commits the effect with its answer. Returns false and commits nothing if the same request has been answered in the meantime.</summary>
    public async Task<bool> CommitAsync(IdempotencyRecord answer, DateTimeOffset since, CancellationToken token)
    {
        var kept = await IdempotencyRecords.KeepAsync(_transaction!, answer, since, token);
        if (kept)
            await _transaction!.CommitAsync(token);
        await DisposeAsync();
        return kept;
    }

    /// <summary>Commits the effect, whose answer is not kept.</summary>
    public async Task CommitUnansweredAsync(CancellationToken token)
    {
        await _transaction!.CommitAsync(token);
        await DisposeAsync();
    }

    /// <summary>Rolls the transaction back if it was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        // Neither is disposed a second time, even after a failure. The driver reuses its objects, so another caller may already have them.
        var (transaction, connection) = (_transaction, _connection);
        (_transaction, _connection) = (null, null);
        try
        {
            if (transaction is not null)
                await transaction.DisposeAsync();
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }
}
