using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Samples;

namespace Api.Tests.KeepingWebhooks;

/// <summary>Somebody who is told: keeps what came, and answers as the test wants.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Came { get; } = new();

    /// <summary>The status for a message; 204 unless the test says otherwise.</summary>
    public Func<Received, int> Answer { get; set; } = _ => 204;

    public string Url => _app.Urls.First() + "/hooks";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost(
            "/hooks",
            async (HttpContext http) =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                var received = new Received(
                    http.Request.Headers["webhook-id"].ToString(),
                    http.Request.Headers["webhook-timestamp"].ToString(),
                    http.Request.Headers["webhook-signature"].ToString(),
                    body.ToArray()
                );
                receiver.Came.Enqueue(received);
                http.Response.Headers.Location = "/elsewhere";
                return Results.StatusCode(receiver.Answer(received));
            }
        );
        app.MapFallback(http =>
        {
            receiver.Came.Enqueue(new Received("elsewhere", "", "", []));
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return receiver;
    }

    public async Task<IReadOnlyList<Received>> EventuallyAsync(int count)
    {
        await Patience.UntilAsync(() => Came.Count >= count, () => $"{Came.Count} of {count} came.");
        return [.. Came];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>One delivery that a receiver of webhooks was sent.</summary>
public sealed record Received(string Id, string Timestamp, string Signature, byte[] Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string Analyst => Json.GetProperty("data").GetProperty("analyst").GetString()!;

    /// <summary>Verifies as the specification says, with nothing of the product's.</summary>
    public bool IsSignedWith(string secret)
    {
        var signed = Encoding.UTF8.GetBytes($"{Id}.{Timestamp}.").Concat(Body).ToArray();
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret.Split('_')[1]), signed));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(Signature));
    }
}
