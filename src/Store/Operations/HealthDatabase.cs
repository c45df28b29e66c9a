using Npgsql;

namespace Store.Operations;

/// <summary>The database as the health checks see it. They have their own connections, so that they answer while all others are in use.</summary>
public sealed class HealthDatabase : IAsyncDisposable
{
    private const int Connections = 2;
    private const int LongestSeconds = 5;

    /// <param name="connectionString">The database.</param>
    public HealthDatabase(string connectionString) =>
        Source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "forecasts-health",
                MaxPoolSize = Connections,
                MinPoolSize = 0,
                Timeout = LongestSeconds,
                CommandTimeout = LongestSeconds,
            }
        );

    /// <summary>The pool of these connections.</summary>
    public NpgsqlDataSource Source { get; }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
