using Npgsql;

namespace Store.Operations;

/// <summary>The connection on which a request's transaction ran has ended; nothing of the transaction stands.</summary>
public sealed class TransactionCutOffException(Exception seen) : Exception("The connection to the database broke.", seen);

/// <summary>What of a failure came from the database, however the libraries between have wrapped it.</summary>
public static class DatabaseFailures
{
    /// <summary>
    /// What ends a session or a command from outside, and which the driver does not count as passing: a command that was cancelled, and a
    /// transaction that was idle for too long.
    /// </summary>
    private static readonly string[] EndedFromOutside = [PostgresErrorCodes.QueryCanceled, "25P03"];

    /// <summary>The database's own words in a failure; null where it said nothing.</summary>
    public static PostgresException? SaidByDatabase(this Exception failure) => Causes(failure).OfType<PostgresException>().FirstOrDefault();

    /// <summary>
    /// Whether the same may succeed a moment later: the database was away, too busy or ended the connection. So is whatever the driver says
    /// where the database said nothing: that it got another answer than it waited for, for which it gives the connection up; or that another command
    /// is still on it, which was cut off without its end being seen, since nothing here gives two at once.
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
