using Npgsql;

namespace Store.Scoring;

/// <summary>Another process has appended a generation of scores since the records for these were read.</summary>
public sealed class ScoresMovedException() : Exception("Another generation of scores came in between.");

/// <summary>The turn to append generations of scores. No other process appends one until this object is disposed or its transaction is committed.</summary>
public sealed class ScoringTurn : IAsyncDisposable
{
    private ScoringTurn(NpgsqlConnection connection, NpgsqlTransaction transaction, long last) =>
        (Connection, Transaction, Last) = (connection, transaction, last);

    internal NpgsqlConnection Connection { get; }

    internal NpgsqlTransaction Transaction { get; }

    /// <summary>The sequence of the last generation on record; 0 where there is none.</summary>
    public long Last { get; }

    /// <summary>Waits for the turn on its own connection.</summary>
    public static async Task<ScoringTurn> WaitAsync(NpgsqlDataSource database, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(database);
        var connection = await database.OpenConnectionAsync(token);
        try
        {
            var transaction = await connection.BeginTransactionAsync(token);
            return new ScoringTurn(connection, transaction, await ScoringOrder.HoldAsync(transaction, token));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Releases the turn. Uncommitted changes are rolled back.</summary>
    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
