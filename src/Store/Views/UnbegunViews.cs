using Npgsql;
using Store.Events;

namespace Store.Views;

/// <summary>
/// Makes the score views of a young store in one go, so that they need not wait for a worker that is starting. Only a view that no daemon has begun with is
/// made: its progress is noted in the same transaction, and the daemon goes on from there.
/// </summary>
public sealed class UnbegunViews(NpgsqlDataSource database)
{
    /// <summary>A store with more events than that is left to the daemon, which takes them page by page.</summary>
    private const long Young = 20_000;

    /// <summary>Makes those views that no daemon has begun with; does nothing in a store that is no longer young.</summary>
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
