using System.Collections.Concurrent;
using System.Net;
using System.Text;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>Traces and metrics over OTLP.</summary>
public sealed class TelemetryTests
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";

    [Fact]
    public async Task Traces_and_metrics_arrive_at_the_receiver_that_the_standard_variables_name()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var receiver = Receiver.Start();
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        await using var api = ProductProcess.Start(
            "Api",
            new Dictionary<string, string>
            {
                ["ConnectionStrings__Forecasts"] = database.ConnectionString,
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
            },
            "--urls",
            address,
            "--Access:OwnerToken",
            Token
        );
        using var owner = Waiting.Client(address, Token);
        await Waiting.ReadyAsync(owner);
        var second = await Waiting.ProposedAsync(owner, "watched");
        await Waiting.ConfirmAsync(second, "watched");
        using var scores = await Waiting.ScoresAsync(owner, "watched");

        // Strings stand in the messages as they are: whose it is, the request that confirmed, and the scoring that followed from it.
        await receiver.HasAsync("/v1/traces", "forecasts-api", "/questions/{slug}/resolution/confirm", "score question");
        await receiver.HasAsync("/v1/metrics", "forecasts-api", "forecasts.appends", "forecasts.scoring.latency", "http.server.request.duration");
    }

    /// <summary>Takes what is sent by OTLP over HTTP, and keeps it.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<(string Path, string Text)> _got = new();
        private readonly Task _taking;

        private Receiver(string address)
        {
            Address = address;
            _listener.Prefixes.Add(address + "/");
            _listener.Start();
            _taking = TakeAsync();
        }

        public string Address { get; }

        public static Receiver Start() => new($"http://127.0.0.1:{Waiting.FreePort()}");

        public Task<string> HasAsync(string path, params string[] texts) =>
            Waiting.UntilAsync(
                () => Task.FromResult(texts.All(t => _got.Any(g => g.Path == path && g.Text.Contains(t, StringComparison.Ordinal))) ? path : null),
                $"Not all of {string.Join(", ", texts)} came to {path}."
            );

        public async ValueTask DisposeAsync()
        {
            _listener.Close();
            await _taking;
        }

        private async Task TakeAsync()
        {
            while (true)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream, Encoding.Latin1);
                    _got.Enqueue((context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync()));
                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
