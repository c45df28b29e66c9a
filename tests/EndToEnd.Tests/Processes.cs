using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Samples;

namespace EndToEnd.Tests;

/// <summary>The product's own processes, started as a user starts them.</summary>
internal sealed class ProductProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly System.Text.StringBuilder _output = new();

    private ProductProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ProductProcess Start(string project, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var process = Process.Start(Plan(project, environment, arguments))!;
        var product = new ProductProcess(process);
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (product._output)
                product._output.AppendLine(line.Data);
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return product;
    }

    /// <summary>How a process of the product is started, with nothing in its environment but what is given.</summary>
    public static ProcessStartInfo Plan(string project, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProductPrograms.PathOf(project), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in new[] { "ConnectionStrings__Forecasts", "FORECASTS_URL", "FORECASTS_TOKEN" })
            start.Environment.Remove(name);
        // As the tests' own processes: none lives long enough to gain by what is compiled again. The bar is in hexadecimal.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountThreshold"] = "1F4";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Ends it as a crash would: no handler runs.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it ends by itself, for as long as it takes.</summary>
    public Task ExitAsync() => _process.WaitForExitAsync();

    /// <summary>The code with which it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Sends it a signal, where it runs still.</summary>
    /// <param name="name">The signal's name as <c>kill</c> takes it, such as <c>STOP</c>.</param>
    public async Task SignalAsync(string name)
    {
        if (_process.HasExited)
            return;
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Asks it to end, and waits until it has.</summary>
    /// <remarks>
    /// By SIGTERM, which the product takes as it takes Ctrl+C; SIGINT goes unheard wherever the tests themselves run in the background of a shell.
    /// </remarks>
    public async Task<int> StopAsync()
    {
        using var asked = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return _process.ExitCode;
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }
}

internal static class Waiting
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<int, bool> Given = new();

    /// <summary>Waits for the condition, for some minutes at most; a service that does not answer yet does not fulfil it.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        T? seen = null;
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    seen = await look();
                }
                catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException) { }

                return seen is not null;
            },
            () => what
        );
        return seen!;
    }

    /// <summary>Waits for the last line of the first screen, so that all of the screen can be read.</summary>
    public static Task FirstScreenAsync(ProductProcess api) =>
        Patience.UntilAsync(() => api.Output.Contains("Ctrl+C stops it", StringComparison.Ordinal), () => $"No word of readiness: {api.Output}");

    public static HttpClient Client(string address, string token) =>
        new() { BaseAddress = new Uri(address), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    public static Task<string> ReadyAsync(HttpClient client) =>
        UntilAsync(
            async () =>
            {
                using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
                return response.IsSuccessStatusCode ? "ready" : null;
            },
            "The API did not become ready."
        );

    /// <summary>The scores of a question, once there are some.</summary>
    public static Task<JsonDocument> ScoresAsync(HttpClient client, string slug) =>
        UntilAsync(
            async () =>
            {
                using var response = await client.GetAsync(new Uri($"/questions/{slug}/scores", UriKind.Relative));
                if (!response.IsSuccessStatusCode)
                    return null;
                var scores = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                return scores.RootElement.GetProperty("generation").GetInt32() > 0 ? scores : null;
            },
            $"{slug} was not scored."
        );

    /// <summary>
    /// Asks, opens and forecasts on a question, and brings its outcome to where one confirmation is missing, unless nothing is to be proposed.
    /// </summary>
    public static async Task<HttpClient> ProposedAsync(HttpClient owner, string slug, bool propose = true)
    {
        async Task<JsonElement> Post(string url, object? body, HttpMethod? method = null)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Post, url) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await owner.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement.Clone();
        }

        var now = DateTimeOffset.UtcNow;
        var issued = await Post(
            "/analysts",
            new
            {
                analyst = $"second-{slug}",
                name = "Second",
                roles = new[] { "resolver" },
            }
        );
        await Post(
            "/questions",
            new
            {
                slug,
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = now.AddDays(-1),
                closesAt = now.AddDays(1),
                resolvesBy = now.AddDays(2),
            }
        );
        await Post($"/questions/{slug}/open", null);
        await Post($"/questions/{slug}/forecast", new { probability = 0.8 }, HttpMethod.Put);
        if (propose)
            await Post(
                $"/questions/{slug}/resolution",
                new
                {
                    outcome = "yes",
                    knownAt = DateTimeOffset.UtcNow,
                    reason = "Seen.",
                    evidence = new[] { "a gauge" },
                }
            );
        return Client(owner.BaseAddress!.ToString(), issued.GetProperty("token").GetString()!);
    }

    public static async Task ConfirmAsync(HttpClient second, string slug)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/questions/{slug}/resolution/confirm") { Headers = { { "If-Match", "*" } } };
        using var confirmed = await second.SendAsync(request);
        Assert.True(confirmed.IsSuccessStatusCode, await confirmed.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// A port that nobody listens on and that the system gives to nobody: below those from which it takes its own, one may be bound, left and bound
    /// again later, and no connection of another process comes to sit on it meanwhile.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 32_000);
            try
            {
                using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
                listener.Start();
                if (Given.TryAdd(port, true))
                    return port;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Somebody has it.
            }
        }
    }
}
