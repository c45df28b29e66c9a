using System.Collections.Concurrent;

namespace Api.Tests;

/// <summary>Holds each answer that passes against the API's description: its status, its type, its headers and its JSON.</summary>
public sealed class HeldToContract(WrittenContract contract, HttpMessageHandler road) : DelegatingHandler(road)
{
    /// <summary>The operations that were seen to succeed in this run.</summary>
    public static ConcurrentDictionary<string, bool> Seen { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var (method, path, status) = (request.Method.Method, request.RequestUri!.AbsolutePath, (int)response.StatusCode);
        if (contract.Find(method, path) is not { } operation)
            return response;
        // What is no HTTP (a line or a header beyond all bounds) the server refuses before the API sees it, and closes the connection.
        if (status is 400 or 414 or 431 && !response.Headers.Contains("X-Content-Type-Options"))
            return response;
        var where = $"{method} {operation.Path} {status}";
        var written = operation.Json["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)];
        Assert.True(written is not null, $"{where}: the description knows no such status.");
        var type = response.Content.Headers.ContentType?.MediaType;
        var types = written!["content"]?.AsObject().Select(c => c.Key).ToList() ?? [];
        if (type is null)
        {
            Assert.True(types.Count == 0, $"{where}: an answer of type {string.Join(", ", types)} is described, and none came.");
        }
        else
        {
            Assert.True(types.Contains(type), $"{where}: {type} came, and the description knows {string.Join(", ", types)}.");
            if (type is "application/json" or "application/problem+json")
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken);
                var json = await response.Content.ReadAsStringAsync(cancellationToken);
                var fault = contract.Fault(operation, status, type, json);
                Assert.True(fault is null, $"{where}: {fault} in {json[..Math.Min(2_000, json.Length)]}");
            }
        }

        if (status == 201)
            Assert.True(response.Headers.Location is not null, $"{where}: no Location.");
        if (status < 300)
            Seen[$"{method} {operation.Path}"] = true;
        return response;
    }
}
