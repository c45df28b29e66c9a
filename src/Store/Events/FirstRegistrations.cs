using Npgsql;

namespace Store.Events;

/// <summary>Finds who was registered for an external identity before such identities were kept beside the events.</summary>
public static class FirstRegistrations
{
    private const string Find = $"""
        select data ->> 'analyst' from {ForecastStore.Schema}.mt_events
        where type = 'analyst_registered' and type not in ('forecast_submitted', 'forecast_revised') and data ->> 'subject' = $1
        order by seq_id limit 1
        """;

    /// <summary>The slug of the first analyst who was registered for the identity; null where nobody was.</summary>
    public static async Task<string?> FindAsync(NpgsqlDataSource database, string subject, CancellationToken token)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new NpgsqlParameter { Value = subject });
        return await command.ExecuteScalarAsync(token) as string;
    }
}
