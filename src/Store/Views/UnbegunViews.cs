using Npgsql;
using Store.Events;

namespace Store.Views;

/// <summary>
/// Builds the score views of a new store at once, so that they do not have to wait for a worker to start. Only views that no daemon has begun are built. Their
/// progress is recorded in the same transaction, and the daemon continues from there.
/// </summary>
public sealed class UnbegunViews(NpgsqlDataSource database)
{
    /// <summary>The most events. A larger store is left to the daemon, which reads it page by page.</summary>
    private const long Young = 20_000;

    /// <summary>Builds the views that no daemon has begun; does nothing in a larger store.</summary>
    public async Task MakeAsync(CancellationToken token)
    {
        var upTo = await new SettledEvents(database).PresentAsync(token);
        if (upTo is 0 or > Young)
            return;
        foreach (var view in ScoreViews.All)
        {
            await using var connection = await database.OpenConnectionAsync(token);
            await using var transaction = await connection.BeginTransactionAsync(token);
            await using var begin = new NpgsqlCommand(view.Begin, connection, transaction) { Parameters = { new() { Value = upTo } } };
            if (await begin.ExecuteNonQueryAsync(token) == 0)
                continue;
            foreach (var statement in view.Statements(ViewTables.Served))
            {
                await using var command = new NpgsqlCommand(statement, connection, transaction)
                {
                    Parameters =
                    {
                        new() { Value = 0L },
                        new() { Value = upTo },
                    },
                };
                await command.ExecuteNonQueryAsync(token);
            }

            await transaction.CommitAsync(token);
        }
    }
}
