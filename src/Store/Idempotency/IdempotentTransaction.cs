using Marten;
using Marten.Services;
using Npgsql;

namespace Store.Idempotency;

/// <summary>
/// The one transaction of a request whose answer is kept. Sessions opened in it see what was saved in it, and nothing of it stands until
/// <see cref="CommitAsync"/> has put the answer beside it.
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
    /// Whether its connection has broken. Whatever a request fails with then, that is why: what was tried next on the connection, even by a library
    /// that tries again, fails in ways of its own ("already completed", "already in progress").
    /// </summary>
    public bool IsBroken => _connection is { State: not System.Data.ConnectionState.Open };

    /// <summary>Begins it, on a connection of its own.</summary>
    public async Task BeginAsync(CancellationToken token)
    {
        _connection = await database.OpenConnectionAsync(token);
        _transaction = await _connection.BeginTransactionAsync(token);
    }

    /// <summary>What opens a session in this transaction.</summary>
    public SessionOptions ForSession()
    {
        var options = SessionOptions.ForTransaction(_transaction!, shouldAutoCommit: false);
        options.Tracking = DocumentTracking.None;
        return options;
    }

    /// <summary>Commits the effect with its answer; false, and nothing is committed, where the same request was answered meanwhile.</summary>
    public async Task<bool> CommitAsync(IdempotencyRecord answer, DateTimeOffset since, CancellationToken token)
    {
        var kept = await IdempotencyRecords.KeepAsync(_transaction!, answer, since, token);
        if (kept)
            await _transaction!.CommitAsync(token);
        await DisposeAsync();
        return kept;
    }

    /// <summary>Gives it up where it was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        // Whatever happens here, neither is disposed again: by then another may have them, since the driver uses its objects again.
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
