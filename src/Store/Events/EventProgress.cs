using Npgsql;

namespace Store.Events;

/// <summary>Reads how far a subscription has come, in one short query.</summary>
public static class EventProgress
{
    /// <summary>
    /// The highest sequence number of any event, and the sequence number up to which a subscription has handled the events; 0 if there is none.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="subscription">The subscription's name.</param>
    /// <param name="token">Ends the read.</param>
    public static async Task<(long Recorded, long Handed)> ReadAsync(NpgsqlDataSource database, string subscription, CancellationToken token)
    {
        await using var command = database.CreateCommand(
            $"""
            select (select case when is_called then last_value else 0 end from {EventSql.Sequence}),
                   coalesce((select max(last_seq_id) from {EventSql.Progress} where starts_with(name, $1)), 0)
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = $"{subscription}:" });
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
