using System.Net.Sockets;
using Npgsql;

namespace Store.Operations;

/// <summary>Explains in plain words why a database cannot be used, and what to do.</summary>
public static class DatabaseWords
{
    /// <summary>Why a connection or a command failed.</summary>
    /// <param name="failure">What the driver threw.</param>
    /// <param name="connectionString">The database; null where it is not known.</param>
    public static string Of(NpgsqlException failure, string? connectionString)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var place = connectionString is null ? null : new NpgsqlConnectionStringBuilder(connectionString);
        var where = place is null ? "The database" : $"The database {place.Database ?? place.Username} at {place.Host}:{place.Port}";
        return failure switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                $"{where} does not exist. Make it (createdb {place?.Database}), or name another.",
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                $"{where} does not let {place?.Username ?? "this user"} in. See whether user and password are right, and whether PostgreSQL allows the "
                    + "connection (pg_hba.conf).",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                $"{where} does not let {place?.Username ?? "this user"} do this. Grant the right, or come as the database's owner.",
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
                $"{where} has no connection free. Raise max_connections, or end what holds them.",
            PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } => $"{where} is starting or stopping. Try again in a moment.",
            PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName } =>
                $"{where} holds no forecasts yet, or those of another version. Start this version of the service on it once: it makes what is missing.",
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"{where} has no room left on its disk. Make some.",
            PostgresException refused => $"{where} refuses with SQLSTATE {refused.SqlState}; its log says why.",
            { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
                $"{where} cannot be found: there is no machine of that name. See whether the connection string's host is right.",
            _ => $"{where} does not answer. See whether PostgreSQL runs there, and whether the connection string's host and port are right.",
        };
    }
}
