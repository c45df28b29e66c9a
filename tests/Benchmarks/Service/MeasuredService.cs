using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace Benchmarks.Service;

/// <summary>The service as a process of its own, in a Release build, over real HTTP.</summary>
internal sealed class MeasuredService : IAsyncDisposable
{
    private readonly Process _process;

    private MeasuredService(Process process, int port, string token, TimeSpan ready)
    {
        (_process, Port, Token, Ready) = (process, port, token, ready);
        Owner = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    public int Port { get; }

    public string Token { get; }

    public HttpClient Owner { get; }

    /// <summary>From the start of the process until <c>/health/ready</c> said so.</summary>
    public TimeSpan Ready { get; }

    /// <summary>The folder of the Api: the one that <c>FORECASTS_BENCHMARK_API</c> names (what was published, say), else the Release build.</summary>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("FORECASTS_BENCHMARK_API") is { Length: > 0 } published)
                return published;
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
                root = root.Parent;
            return Path.Combine(root.FullName, "src", "Api", "bin", "Release", "net10.0");
        }
    }

    public static async Task<MeasuredService> StartAsync(string connectionString, string token, params string[] arguments)
    {
        var assembly = Path.Combine(Folder, "Api.dll");
        if (!File.Exists(assembly))
            throw new InvalidOperationException($"{assembly} is missing: dotnet build -c Release src/Api makes it.");
        var port = FreePort();
        string[] all = [assembly, "--urls", $"http://127.0.0.1:{port}", "--Access:OwnerToken", token, .. arguments];
        var start = new ProcessStartInfo("dotnet", all) { RedirectStandardOutput = true, WorkingDirectory = Folder };
        start.Environment["ConnectionStrings__Forecasts"] = connectionString;
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } said)
                Console.Error.WriteLine(said);
        };
        process.BeginOutputReadLine();
        using var asking = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The service ended with {process.ExitCode}.");
            try
            {
                using var answer = await asking.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                    break;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(5);
            }

            if (clock.Elapsed > TimeSpan.FromMinutes(2))
                throw new TimeoutException("The service did not become ready.");
        }

        return new MeasuredService(process, port, token, clock.Elapsed);
    }

    /// <summary>The resident memory of the process, in MiB.</summary>
    public double ResidentMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>The processor time that the process has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public int ProcessId => _process.Id;

    public async Task<JsonElement> SendAsync(HttpMethod method, string url, object? body = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await (client ?? Owner).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {url}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <summary>Registers somebody, and answers their token.</summary>
    public async Task<string> RegisterAsync(string analyst, params string[] roles) => (
            await SendAsync(
                HttpMethod.Post,
                "/analysts",
                new
                {
                    analyst,
                    name = analyst,
                    roles,
                }
            )
        ).GetProperty("token").GetString()!;

    public async Task AskAsync(string slug)
    {
        var now = DateTimeOffset.UtcNow;
        await SendAsync(
            HttpMethod.Post,
            "/questions",
            new
            {
                slug,
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = now.AddDays(-30),
                closesAt = now.AddDays(30),
                resolvesBy = now.AddDays(60),
            }
        );
        await SendAsync(HttpMethod.Post, $"/questions/{slug}/open");
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows())
                _process.Kill();
            else
                Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)])!.Dispose();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
