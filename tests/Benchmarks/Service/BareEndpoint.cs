using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Service;

/// <summary>
/// An endpoint that does what every endpoint has to: it looks at the authentication header, reads the same body and gives the same answer, and keeps nothing.
/// It runs in a process of its own with the service's settings of the runtime.
/// </summary>
internal sealed class BareEndpoint : IAsyncDisposable
{
    /// <summary>The command that serves it.</summary>
    public const string Command = "bare-endpoint";

    private readonly Process _process;

    private BareEndpoint(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public int ProcessId => _process.Id;

    public static async Task<BareEndpoint> StartAsync()
    {
        var port = MeasuredService.FreePort();
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), Command, port.ToString(CultureInfo.InvariantCulture)]
        )
        {
            RedirectStandardOutput = true,
        };
        // As src/Api's project file has it.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_GCgen0MaxBudget"] = "1000000";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "10";
        var process = Process.Start(start)!;
        await process.StandardOutput.ReadLineAsync();
        return new BareEndpoint(process, port);
    }

    public static async Task<int> ServeAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{args[0]}");
        app.MapPut(
            "/questions/{slug}/forecast",
            (string slug, Stated body, HttpRequest request) =>
                request.Headers.Authorization is [{ Length: > 7 }]
                    ? Results.Ok(new Answer(slug, "analyst", "person", body.Probability, DateTimeOffset.UtcNow, 1, Guid.NewGuid()))
                    : Results.Unauthorized()
        );
        await app.StartAsync();
        Console.WriteLine("ready");
        await app.WaitForShutdownAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private sealed record Stated(double Probability);

    private sealed record Answer(string Question, string Analyst, string Kind, double Probability, DateTimeOffset MadeAt, long Version, Guid EventId);
}
