using Npgsql;

namespace Store.Events;

/// <summary>Finds the analyst who was registered for an external identity, from the time when only the events held identities.</summary>
public static class FirstRegistrations
{
    private const string Find = $"""
        select data ->> 'analyst' from {ForecastStore.Schema}.mt_events
        where type = 'analyst_registered' and type not in ('forecast_submitted', 'forecast_revised') and data ->> 'subject' = $1
        order by seq_id limit 1
        """;

    /// <summary>The slug of the first analyst who was registered for the identity; null if there is none.</summary>
    public static async Task<string?> FindAsync(NpgsqlDataSource database, string subject, CancellationToken token)
    {
        await using var command = database.CreateCommand(Find);
        command.Parameters.Add(new NpgsqlParameter { Value = subject });
        return await command.ExecuteScalarAsync(token) as string;
    }
}
