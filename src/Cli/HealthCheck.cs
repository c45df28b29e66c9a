namespace Cli;

/// <summary>Asks the service in this container whether it lives; images without a shell have nothing else to ask with.</summary>
public static class HealthCheck
{
    /// <returns>The exit code: 0 when it lives.</returns>
    public static async Task<int> AskAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        var port = new Uri(
            (Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:5080").Split(';')[0].Replace("+", "localhost", StringComparison.Ordinal)
        ).Port;
        var address = new Uri($"http://127.0.0.1:{port}/health/live");
        try
        {
            using var answer = await client.GetAsync(address);
            if (answer.IsSuccessStatusCode)
                return 0;
            await Console.Error.WriteLineAsync($"{address} answers {(int)answer.StatusCode}.");
            return 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"Nothing answers at {address}.");
            return 1;
        }
    }
}
