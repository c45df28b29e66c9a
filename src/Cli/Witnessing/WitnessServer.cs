using Domain.Ledger.Notes;
using Domain.Ledger.Witnesses;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cli.Witnessing;

/// <summary>A witness over HTTP, by tlog-witness. It has nothing to ask whoever comes: the signature of the log says who it is.</summary>
internal static class WitnessServer
{
    /// <summary>The most bytes of a request: a note and the proof before it.</summary>
    private const long MostBytes = SignedNote.MostBytes + 4_096;

    private const long MostConnections = 256;

    /// <summary>How long a request may take in all: a proof is small, and whoever sends it byte by byte holds a connection.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private const string Text = "text/plain; charset=utf-8";

    /// <summary>The server, ready to run.</summary>
    /// <param name="witness">What the witness remembers.</param>
    /// <param name="urls">Where it listens, addresses with semicolons between.</param>
    public static WebApplication Build(WitnessFolder witness, string urls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls(urls.Split(';'));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBytes;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestHeadersTotalSize = 8_192;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddRequestTimeouts(timeouts =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = Longest, TimeoutStatusCode = StatusCodes.Status408RequestTimeout }
        );
        var app = builder.Build();
        app.UseRequestTimeouts();
        app.MapPost($"/{WitnessPaths.AddCheckpoint}", (RequestDelegate)(http => AddAsync(http, witness)));
        app.MapGet("/{log}/checkpoint", (RequestDelegate)(http => ShowAsync(http, witness)));
        return app;
    }

    private static async Task AddAsync(HttpContext http, WitnessFolder witness)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        if (!AddCheckpointRequest.Parse(body.ToArray()).Is(out var request, out var malformed))
        {
            await AnswerAsync(http, StatusCodes.Status400BadRequest, Text, $"{malformed.Reason}.\n");
            return;
        }

        // Not ended by a client that goes away: what is begun is remembered whole.
        var (decision, cosignatures) = await witness.TakeAsync(request, CancellationToken.None);
        await (
            decision.Kind switch
            {
                WitnessDecisionKind.Cosign => AnswerAsync(http, StatusCodes.Status200OK, Text, new AddCheckpointAnswer(cosignatures).Format()),
                WitnessDecisionKind.UnknownLog => AnswerAsync(http, StatusCodes.Status404NotFound, Text, "No log of that origin is witnessed here.\n"),
                WitnessDecisionKind.NotSigned => AnswerAsync(http, StatusCodes.Status403Forbidden, Text, "No known key of the log has signed this.\n"),
                WitnessDecisionKind.OtherSize or WitnessDecisionKind.Forked => AnswerAsync(
                    http,
                    StatusCodes.Status409Conflict,
                    TreeSizeAnswer.MediaType,
                    new TreeSizeAnswer(decision.KnownSize).Format()
                ),
                WitnessDecisionKind.NotProven => AnswerAsync(
                    http,
                    StatusCodes.Status422UnprocessableEntity,
                    Text,
                    "The proof does not lead from the checkpoint that was cosigned last to this one.\n"
                ),
            }
        );
    }

    private static Task ShowAsync(HttpContext http, WitnessFolder witness)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return witness.Last($"{http.Request.RouteValues["log"]}/checkpoint") is { } last
            ? AnswerAsync(http, StatusCodes.Status200OK, Text, last.Format())
            : AnswerAsync(http, StatusCodes.Status404NotFound, Text, "Nothing of such a log has been cosigned here.\n");
    }

    private static Task AnswerAsync(HttpContext http, int status, string type, string text) =>
        AnswerAsync(http, status, type, System.Text.Encoding.UTF8.GetBytes(text));

    private static Task AnswerAsync(HttpContext http, int status, string type, byte[] bytes)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }
}
