using Npgsql;

namespace Store.Operations;

/// <summary>The connection of a request's transaction has ended. Nothing of the transaction was committed.</summary>
public sealed class TransactionCutOffException(Exception seen) : Exception("The connection to the database broke.", seen);

/// <summary>Finds the database's part in a failure, however other libraries have wrapped it.</summary>
public static class DatabaseFailures
{
    /// <summary>
    /// Codes for the end of a session or command from outside that the driver does not count as transient: a cancelled command, and a transaction that was idle
    /// for too long.
    /// </summary>
    private static readonly string[] EndedFromOutside = [PostgresErrorCodes.QueryCanceled, "25P03"];

    /// <summary>The database's error in a failure; null if it reported none.</summary>
    public static PostgresException? SaidByDatabase(this Exception failure) => Causes(failure).OfType<PostgresException>().FirstOrDefault();

    /// <summary>
    /// Whether a retry may succeed: the database was unavailable, too busy, or ended the connection. The same holds for any failure that the driver reports
    /// without an error from the database. Either it received an unexpected answer and gave the connection up, or another command was still running on the
    /// connection. That command was cut off, since this service never runs two at once.
    /// </summary>
    public static bool MayPass(this Exception failure) =>
        Causes(failure)
            .Any(e =>
                e switch
                {
                    PostgresException p => p.IsTransient || EndedFromOutside.Contains(p.SqlState),
                    TransactionCutOffException or NpgsqlException => true,
                    _ => false,
                }
            );

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        yield return failure;
        var inner =
            failure is AggregateException several ? several.InnerExceptions
            : failure.InnerException is { } one ? [one]
            : (IReadOnlyList<Exception>)[];
        foreach (var cause in inner.SelectMany(Causes))
            yield return cause;
    }
}
