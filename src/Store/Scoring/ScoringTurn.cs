using Npgsql;

namespace Store.Scoring;

/// <summary>Somebody else appended a generation of scores since the records were read that these were made from.</summary>
public sealed class ScoresMovedException() : Exception("Another generation of scores came in between.");

/// <summary>The turn to append generations of scores: nobody else appends one until it is disposed of or its transaction is committed.</summary>
public sealed class ScoringTurn : IAsyncDisposable
{
    private ScoringTurn(NpgsqlConnection connection, NpgsqlTransaction transaction, long last) =>
        (Connection, Transaction, Last) = (connection, transaction, last);

    internal NpgsqlConnection Connection { get; }

    internal NpgsqlTransaction Transaction { get; }

    /// <summary>The sequence of the last generation on record; 0 where there is none.</summary>
    public long Last { get; }

    /// <summary>Waits for the turn, on a connection of its own.</summary>
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

    /// <summary>Gives the turn up; what was not committed is undone.</summary>
    public async ValueTask DisposeAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
