using System.Threading.RateLimiting;
using Api.Problems;
using Npgsql;

namespace Api.Limits;

/// <summary>
/// Reads that take the database milliseconds, done in the order in which they came and a few at a time. All at once, each would wait for all others at
/// every step of it, and some by chance every time: the slowest in a hundred took six times as long as most.
/// </summary>
/// <remarks>
/// A turn is over before the answer is sent, so whoever reads slowly keeps nobody waiting. Reads of much, such as boards and exports, take none:
/// behind one of those a short one would wait for seconds.
/// </remarks>
public sealed class ReadConcurrencyLimit : IDisposable
{
    private const int ForEachCoreHere = 2;

    // Most of a turn is then spent on the way to the database and back, and needs no core.
    private const int ForEachCoreElsewhere = 16;

    private readonly ConcurrencyLimiter _turns;

    public ReadConcurrencyLimit(ServiceLimits limits, string? connectionString)
    {
        var forEachCore = IsHere(connectionString) ? ForEachCoreHere : ForEachCoreElsewhere;
        _turns = new ConcurrencyLimiter(
            new ConcurrencyLimiterOptions
            {
                PermitLimit = Math.Max(1, limits.ReadsAtOnce ?? forEachCore * Environment.ProcessorCount),
                QueueLimit = Math.Max(0, limits.ReadsInLine),
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        );
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>What <paramref name="read"/> answers once it is its turn; a 503 where too many wait already.</summary>
    internal async ValueTask<object?> TakeAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate read)
    {
        using var turn = await _turns.AcquireAsync(1, call.HttpContext.RequestAborted);
        if (turn.IsAcquired)
            return await read(call);
        call.HttpContext.Response.Headers.RetryAfter = "1";
        return Problem.Of(503, "busy", "Too many reads waiting", "Repeat the request in 1 s, and send fewer at a time.");
    }

    // Where nothing is named, the database is this process' own.
    private static bool IsHere(string? connectionString) =>
        string.IsNullOrEmpty(connectionString)
        || new NpgsqlConnectionStringBuilder(connectionString).Host is null or "localhost" or "127.0.0.1" or "::1" or ['/', ..];
}

/// <summary>Which endpoints read in turn.</summary>
public static class ReadConcurrency
{
    public static void AddReadConcurrencyLimit(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(_ => new ReadConcurrencyLimit(
            configuration.GetSection("Limits").Get<ServiceLimits>() ?? new ServiceLimits(),
            configuration.GetConnectionString("Forecasts")
        ));

    /// <summary>Has the endpoint read when it is its turn; for reads whose cost is bounded by a page.</summary>
    public static RouteHandlerBuilder LimitsConcurrency(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilterFactory(
            (factory, read) =>
            {
                var turns = factory.ApplicationServices.GetRequiredService<ReadConcurrencyLimit>();
                return call => turns.TakeAsync(call, read);
            }
        );
}
