using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Api.Pipeline;

/// <summary>What the service answered itself.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The answer's JSON; null where it has none.</param>
/// <param name="Text">The answer where it is a text and no JSON; else null.</param>
public sealed record InProcessAnswer(int Status, JsonElement? Body, string? Text = null)
{
    public bool Succeeded => Status is >= 200 and < 300;
}

/// <summary>
/// Asks the service's own endpoints within the process, under the token of the request that is being served. Whatever speaks for a caller in
/// another protocol goes through here, so that it meets the same rights, limits, validation and decisions as a request over HTTP, in the
/// same code.
/// </summary>
public sealed class InProcessRequests(EndpointDataSource endpoints, IServiceScopeFactory scopes)
{
    private RequestDelegate _pipeline = _ => throw new InvalidOperationException("The pipeline is not there yet.");

    /// <summary>Lets inner requests in at this place of the pipeline: they meet everything that is added after it.</summary>
    public static void Enter(WebApplication app) =>
        app.Use(next =>
        {
            app.Services.GetRequiredService<InProcessRequests>()._pipeline = next;
            return next;
        });

    /// <summary>Asks one endpoint.</summary>
    /// <param name="outer">The request that is being served; its token and its end are those of the inner one.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="route">The endpoint's route as it was mapped, for example <c>/questions/{slug}</c>.</param>
    /// <param name="values">The values of the route's parameters.</param>
    /// <param name="query">The query; null values are left out.</param>
    /// <param name="body">What is sent as JSON; null for no body.</param>
    public async Task<InProcessAnswer> AskAsync(
        HttpContext outer,
        string method,
        string route,
        IReadOnlyDictionary<string, string>? values = null,
        IEnumerable<KeyValuePair<string, string?>>? query = null,
        object? body = null
    )
    {
        var endpoint = endpoints
            .Endpoints.OfType<RouteEndpoint>()
            .Single(e => e.RoutePattern.RawText == route && e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) == true);
        await using var scope = scopes.CreateAsyncScope();
        var inner = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            RequestAborted = outer.RequestAborted,
            TraceIdentifier = outer.TraceIdentifier,
        };
        inner.Connection.RemoteIpAddress = outer.Connection.RemoteIpAddress;
        var request = inner.Request;
        (request.Method, request.Scheme, request.Host, request.Protocol) = (method, outer.Request.Scheme, outer.Request.Host, outer.Request.Protocol);
        request.Headers.Authorization = outer.Request.Headers.Authorization;
        // As it is: what is converted to a path is decoded once more.
        request.Path = new PathString(PathOf(endpoint.RoutePattern, values));
        request.QueryString = QueryString.Create((query ?? []).Where(q => q.Value is not null));
        foreach (var (name, value) in values ?? new Dictionary<string, string>())
            request.RouteValues[name] = value;
        if (body is not null)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body, JsonSerializerOptions.Web);
            (request.Body, request.ContentType, request.ContentLength) = (new MemoryStream(bytes), "application/json", bytes.Length);
            inner.Features.Set<IHttpRequestBodyDetectionFeature>(new WithBody());
        }

        inner.SetEndpoint(endpoint);
        using var answer = new MemoryStream();
        inner.Response.Body = answer;
        await RunAsync(inner);
        await inner.Response.CompleteAsync();
        var status = inner.Response.StatusCode;
        var written = answer.GetBuffer().AsSpan(0, (int)answer.Length);
        if (written.IsEmpty)
            return new InProcessAnswer(status, null);
        return inner.Response.ContentType?.StartsWith("text/plain", StringComparison.Ordinal) == true
            ? new InProcessAnswer(status, null, System.Text.Encoding.UTF8.GetString(written))
            : new InProcessAnswer(status, JsonElement.Parse(written));
    }

    /// <summary>
    /// Runs the request in an execution context of its own, in which it is the current one: making it current in that of the outer request
    /// would end the outer one's being so.
    /// </summary>
    private Task RunAsync(HttpContext inner)
    {
        var trace = Activity.Current;
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(async () =>
            {
                Activity.Current = trace;
                if (inner.RequestServices.GetService<IHttpContextAccessor>() is { } current)
                    current.HttpContext = inner;
                await _pipeline(inner);
            });
        }
    }

    private static string PathOf(RoutePattern pattern, IReadOnlyDictionary<string, string>? values) =>
        "/"
        + string.Join(
            '/',
            pattern.PathSegments.Select(s =>
                s.Parts[0] switch
                {
                    RoutePatternParameterPart p => values![p.Name],
                    RoutePatternLiteralPart l => l.Content,
                    _ => throw new InvalidOperationException("A segment is a word or a parameter."),
                }
            )
        );

    private sealed class WithBody : IHttpRequestBodyDetectionFeature
    {
        public bool CanHaveBody => true;
    }
}
