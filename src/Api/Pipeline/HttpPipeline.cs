using System.IO.Compression;
using Api.Authorization;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Idempotency;
using Api.Limits;
using Api.Problems;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;
using Store.Idempotency;

namespace Api.Pipeline;

/// <summary>What every request meets on its way to an endpoint, in this order; an endpoint gets all of it by being there.</summary>
public static class HttpPipeline
{
    public static void AddHttpPipeline(this WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        services.AddHttpContextAccessor();
        services.AddCallers(configuration);
        services.AddSingleton<HtmlForms>();
        services.AddLimits(configuration);
        services.AddReadConcurrencyLimit(configuration);
        services.AddSingleton<IdempotencyRecords>();
        services.AddScoped<IdempotentTransaction>();
        services.AddHostedService<IdempotencyCleanup>();
        services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true;
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
            o.MimeTypes =
            [
                "application/json",
                Problem.ContentType,
                "application/x-ndjson",
                "text/csv",
                "text/html",
                "text/css",
                "text/javascript",
                "application/javascript",
                "image/svg+xml",
            ];
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.AddCors(o =>
            o.AddDefaultPolicy(p =>
                p.WithOrigins(Origins(configuration))
                    .AllowAnyMethod()
                    .AllowAnyHeader()
                    .WithExposedHeaders(
                        HeaderNames.ETag,
                        HeaderNames.Location,
                        HeaderNames.Link,
                        HeaderNames.RetryAfter,
                        HeaderNames.WWWAuthenticate,
                        IdempotencyMiddleware.Replayed,
                        "Ledger-Receipt"
                    )
            )
        );
    }

    public static void UseHttpPipeline(this WebApplication app)
    {
        app.UseHeadAsGet();
        app.UseFormSuffixes();
        app.UseRouting();
        app.UseExceptionHandler();
        app.UseStatusCodePages(StatusProblems.Explain);
        app.UseAllowedMethods();
        app.UseSecurityHeaders();
        if (Origins(app.Configuration).Length > 0)
            app.UseCors();
        app.UseCompression();
        app.UseSignInCookie();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.UseStreaming();
        app.UseAuthorization();
        app.UseForms();
        app.UseKnownParameters();
        app.UseHtmlForms();
        app.UseAcceptedForms();
        app.UseCharsets();
        app.UseBodyLimit();
        app.UseTransferLimits();
        app.UseBodyReceipts();
        app.UseMiddleware<IdempotencyMiddleware>();
        app.UseNoBody();
    }

    private static string[] Origins(IConfiguration configuration) => configuration.GetSection("Cors:Origins").Get<string[]>() ?? [];

    // A compressed secret can be guessed by its length, and the middleware has no other way to leave an answer alone.
    private static void UseCompression(this IApplicationBuilder app)
    {
        app.Use(
            (http, next) =>
            {
                if (http.ShowsSecret() || http.Request.Path.StartsWithSegments("/live"))
                    http.Request.Headers.Remove(HeaderNames.AcceptEncoding);
                return next(http);
            }
        );
        app.UseResponseCompression();
    }
}
