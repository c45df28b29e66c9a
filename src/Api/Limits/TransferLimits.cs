using System.Threading.RateLimiting;
using Api.Authorization;
using Api.Problems;

namespace Api.Limits;

/// <summary>What goes over a connection for as long as its client likes.</summary>
public enum Transfer
{
    /// <summary>A file, or a stream of lines, that comes in.</summary>
    Upload,

    /// <summary>Rows that go out while they are read, or an import that is followed.</summary>
    Download,
}

/// <summary>
/// How many transfers there are at once: so many of one caller, so many in this process. Each holds some memory, and none holds anything else.
/// </summary>
public sealed class TransferLimits(ServiceLimits limits) : IDisposable
{
    private readonly Limiter _uploads = new(limits.UploadsPerCaller, limits.Uploads);
    private readonly Limiter _downloads = new(limits.DownloadsPerCaller, limits.Downloads);

    /// <summary>Lets a request be answered while there is room for its transfer; else says when to come again.</summary>
    public async Task AnswerAsync(HttpContext http, Transfer transfer, RequestDelegate next)
    {
        var limiter = transfer == Transfer.Upload ? _uploads : _downloads;
        var caller = http.CallerIfAny()?.Slug ?? $"address {http.Connection.RemoteIpAddress}";
        using var own = limiter.OfCallers.AttemptAcquire(caller);
        if (!own.IsAcquired)
        {
            await RefuseAsync(http, 429, "too-many", "Too many requests", $"You have {limiter.MostOfCaller} {Name(transfer)} under way; let one end first.");
            return;
        }

        using var any = limiter.OfAll.AttemptAcquire();
        if (any.IsAcquired)
            await next(http);
        else
            await RefuseAsync(http, 503, "busy", "Too many transfers", $"{limiter.MostOfAll} {Name(transfer)} are under way; repeat the request later.");
    }

    /// <summary>How many transfers are under way in this process.</summary>
    public int Underway(Transfer transfer) => (transfer == Transfer.Upload ? _uploads : _downloads).Underway;

    public void Dispose()
    {
        _uploads.Dispose();
        _downloads.Dispose();
    }

    private static string Name(Transfer transfer) => transfer == Transfer.Upload ? "uploads" : "downloads";

    private static Task RefuseAsync(HttpContext http, int status, string type, string title, string detail)
    {
        http.Response.Headers.RetryAfter = "5";
        return Problem.Of(status, type, title, detail).ExecuteAsync(http);
    }

    private sealed class Limiter(int ofCaller, int ofAll) : IDisposable
    {
        public int MostOfCaller { get; } = Math.Max(1, ofCaller);

        public int MostOfAll { get; } = Math.Max(1, ofAll);

        public int Underway => MostOfAll - (int)OfAll.GetStatistics()!.CurrentAvailablePermits;

        public PartitionedRateLimiter<string> OfCallers { get; } =
            PartitionedRateLimiter.Create<string, string>(caller =>
                RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = Math.Max(1, ofCaller) })
            );

        public ConcurrencyLimiter OfAll { get; } = new(new ConcurrencyLimiterOptions { PermitLimit = Math.Max(1, ofAll) });

        public void Dispose()
        {
            OfCallers.Dispose();
            OfAll.Dispose();
        }
    }
}

/// <summary>Endpoints whose requests are transfers.</summary>
public static class Transfers
{
    /// <summary>Counts each request of the endpoint as a transfer while it lasts.</summary>
    public static TBuilder Is<TBuilder>(this TBuilder builder, Transfer transfer)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new Counted(transfer));

    /// <summary>Holds the transfers to their limits.</summary>
    public static IApplicationBuilder UseTransferLimits(this IApplicationBuilder app)
    {
        var limits = app.ApplicationServices.GetRequiredService<TransferLimits>();
        return app.Use(next =>
            http => http.GetEndpoint()?.Metadata.GetMetadata<Counted>() is { } counted ? limits.AnswerAsync(http, counted.Transfer, next) : next(http)
        );
    }

    private sealed record Counted(Transfer Transfer);
}
