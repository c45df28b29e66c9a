using System.Globalization;
using System.Threading.RateLimiting;
using Api.Authorization;
using Api.Problems;
using Domain.People;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Api.Limits;

/// <summary>How many requests one caller may make.</summary>
/// <param name="PerSecond">Requests a second, lasting.</param>
/// <param name="Burst">Requests at once, after a rest.</param>
public sealed record Rate(int PerSecond, int Burst);

/// <summary>Limits by caller and by request (section <c>Limits</c>).</summary>
public sealed record ServiceLimits
{
    /// <summary>For each token of a person.</summary>
    public Rate Persons { get; init; } = new(10_000, 20_000);

    /// <summary>For each token of a bot.</summary>
    public Rate Bots { get; init; } = new(10_000, 20_000);

    /// <summary>For each address without a valid token.</summary>
    public Rate Anonymous { get; init; } = new(1_000, 2_000);

    /// <summary>Seconds that a request may take, unless it streams.</summary>
    public int RequestSeconds { get; init; } = 30;

    /// <summary>
    /// Short reads that are done at once; without a value, so many for each core that they keep it busy (see <see cref="ReadConcurrencyLimit"/>).
    /// </summary>
    public int? ReadsAtOnce { get; init; }

    /// <summary>Short reads that wait for their turn; more get a 503.</summary>
    public int ReadsInLine { get; init; } = 10_000;

    /// <summary>The most MiB of a body that streams and comes with an <c>Idempotency-Key</c>: it is read whole before anything of it is done.</summary>
    public int KeyedBodyMebibytes { get; init; } = 64;

    /// <summary>The most MiB of one imported file, unpacked.</summary>
    public int ImportMebibytes { get; init; } = 16_384;

    /// <summary>How many times more bytes an imported file may have unpacked than packed, beyond its first 16 MiB.</summary>
    public int ImportRatio { get; init; } = 200;

    /// <summary>The most MiB that all imported files take together in the database, compressed, until they are read.</summary>
    public int SpoolMebibytes { get; init; } = 32_768;

    /// <summary>Files and streams of forecasts that one caller may send at once.</summary>
    public int UploadsPerCaller { get; init; } = 32;

    /// <summary>Files and streams of forecasts that this process takes at once.</summary>
    public int Uploads { get; init; } = 128;

    /// <summary>Exports and lists of refused rows that one caller may read, and imports that it may follow, at once.</summary>
    public int DownloadsPerCaller { get; init; } = 16;

    /// <summary>The same for all callers of this process.</summary>
    public int Downloads { get; init; } = 64;

    /// <summary>Connections that this process holds; more are closed at once.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>Seconds that a request's headers may take.</summary>
    public int HeaderSeconds { get; init; } = 15;

    /// <summary>Bytes a second at which a body must come, and an answer be read, on the average; 0 for any pace.</summary>
    public int LeastBytesPerSecond { get; init; } = 512;

    /// <summary>Seconds for which a client may be slower than <see cref="LeastBytesPerSecond"/>.</summary>
    public int GraceSeconds { get; init; } = 10;
}

/// <summary>Keeps one caller from taking what all need.</summary>
public static class Limiting
{
    public static void AddLimits(this IServiceCollection services, IConfiguration configuration)
    {
        var limits = configuration.GetSection("Limits").Get<ServiceLimits>() ?? new ServiceLimits();
        services.AddSingleton(limits);
        services.AddSingleton<TransferLimits>();
        services.Configure<KestrelServerOptions>(k => Hold(k.Limits, limits));
        services.AddRateLimiter(o =>
        {
            o.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => Partition(http, limits));
            o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            o.OnRejected = async (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
                var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                context.HttpContext.Response.Headers.RetryAfter = seconds;
                await Problem
                    .Of(429, "too-many", "Too many requests", $"Repeat the request in {seconds} s, and send fewer at a time.")
                    .ExecuteAsync(context.HttpContext);
            };
        });
        services.AddRequestTimeouts(o =>
            o.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromSeconds(Math.Max(1, limits.RequestSeconds)),
                TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
                WriteTimeoutResponse = http =>
                {
                    // The middleware leaves its own token in place, which has been cancelled: an answer under it is cut off where the connection has to wait.
                    http.RequestAborted = CancellationToken.None;
                    http.Response.Headers.RetryAfter = "5";
                    return Problem
                        .Of(
                            503,
                            "too-long",
                            "Request timeout",
                            $"A request is given {limits.RequestSeconds} s; ask for less at a time, or repeat it later with the same Idempotency-Key."
                        )
                        .ExecuteAsync(http);
                },
            }
        );
    }

    private static void Hold(KestrelServerLimits server, ServiceLimits limits)
    {
        server.MaxRequestBodySize = BodyLimit.Largest;
        server.MaxConcurrentConnections = Math.Max(1, limits.Connections);
        server.RequestHeadersTimeout = TimeSpan.FromSeconds(Math.Max(1, limits.HeaderSeconds));
        server.MinRequestBodyDataRate = server.MinResponseDataRate =
            limits.LeastBytesPerSecond <= 0 ? null : new MinDataRate(limits.LeastBytesPerSecond, TimeSpan.FromSeconds(Math.Max(2, limits.GraceSeconds)));
    }

    private static RateLimitPartition<string> Partition(HttpContext http, ServiceLimits limits)
    {
        // Whoever watches over the service must see it while others flood it.
        if (http.Request.Path.StartsWithSegments("/health"))
            return RateLimitPartition.GetNoLimiter("");
        return http.CallerIfAny() switch
        {
            null => Bucket($"address {http.Connection.RemoteIpAddress}", limits.Anonymous),
            { Kind: ForecasterKind.Bot } bot => Bucket($"bot {bot.Slug} {http.TokenId()}", limits.Bots),
            var person => Bucket($"person {person.Slug} {http.TokenId()}", limits.Persons),
        };
    }

    private static RateLimitPartition<string> Bucket(string caller, Rate rate) =>
        RateLimitPartition.GetTokenBucketLimiter(
            caller,
            _ =>
            {
                // Fast rates are refilled ten times a second, so that a burst that has been used up does not stall for a whole one.
                var parts = rate.PerSecond >= 100 ? 10 : 1;
                return new TokenBucketRateLimiterOptions
                {
                    TokenLimit = Math.Max(1, rate.Burst),
                    TokensPerPeriod = Math.Max(1, rate.PerSecond / parts),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1.0 / parts),
                    QueueLimit = 0,
                };
            }
        );
}
