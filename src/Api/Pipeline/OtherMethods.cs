using Api.Endpoints;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace Api.Pipeline;

/// <summary>
/// HEAD and OPTIONS, for every endpoint alike (RFC 9110, 9.3.2 and 9.3.7). HEAD is answered as GET is, by the same endpoint, and the server sends no
/// body. OPTIONS is answered with the methods that the address has.
/// </summary>
public static class OtherMethods
{
    /// <summary>Stands before routing, which chooses by method.</summary>
    public static IApplicationBuilder UseHeadAsGet(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (!HttpMethods.IsHead(http.Request.Method))
                {
                    await next(http);
                    return;
                }

                http.Request.Method = HttpMethods.Get;
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
                http.Response.OnStarting(() =>
                {
                    // All that was asked for is said: what streams (an export, what is live) has nothing to write to.
                    if (http.IsStreamed())
                        ended.CancelAfter(TimeSpan.Zero);
                    return Task.CompletedTask;
                });
                http.RequestAborted = ended.Token;
                try
                {
                    await next(http);
                }
                catch (OperationCanceledException) when (http.Response.HasStarted && ended.IsCancellationRequested)
                {
                    // It stopped because its head was all that was wanted.
                }
            }
        );

    /// <summary>Stands within what explains a bare 405, and completes what routing says of an address's methods.</summary>
    public static IApplicationBuilder UseAllowedMethods(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                await next(http);
                if (http.Response.HasStarted || http.Response.StatusCode != StatusCodes.Status405MethodNotAllowed)
                    return;
                var allowed = http.Response.Headers.GetCommaSeparatedValues(HeaderNames.Allow).ToList();
                if (allowed.Contains(HttpMethods.Get))
                    allowed.Add(HttpMethods.Head);
                allowed.Add(HttpMethods.Options);
                http.Response.Headers.Allow = string.Join(", ", allowed.Distinct());
                if (!HttpMethods.IsOptions(http.Request.Method))
                    return;
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                http.Features.Get<IStatusCodePagesFeature>()?.Enabled = false;
            }
        );
}
