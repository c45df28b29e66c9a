using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>The API is killed under load, and no acknowledged forecast is lost.</summary>
public sealed class AcknowledgedForecastsTests
{
    private const string Token = "a-token-that-only-this-test-uses-9876543210";

    [Fact]
    public async Task No_forecast_that_was_acknowledged_is_lost_when_the_api_is_killed_under_load()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString };
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] arguments = ["--urls", address, "--Worker:InProcess", "false", "--Access:OwnerToken", Token, "--Catalogue:Load", "false"];
        using var owner = Waiting.Client(address, Token);
        var acknowledged = new ConcurrentBag<(string Slug, long Version, double Probability)>();

        await using (var api = ProductProcess.Start("Api", environment, arguments))
        {
            await Waiting.ReadyAsync(owner);
            var slugs = Enumerable.Range(0, 8).Select(i => $"killed-{i}").ToList();
            foreach (var slug in slugs)
                await AskAsync(owner, slug);
            var load = slugs
                .Select(slug =>
                    Task.Run(async () =>
                    {
                        try
                        {
                            for (var i = 1; ; i++)
                            {
                                var probability = i % 1000 / 1000.0;
                                using var response = await owner.PutAsJsonAsync(new Uri($"/questions/{slug}/forecast", UriKind.Relative), new { probability });
                                response.EnsureSuccessStatusCode();
                                acknowledged.Add(
                                    (slug, long.Parse(response.Headers.ETag!.Tag.Trim('"'), System.Globalization.CultureInfo.InvariantCulture), probability)
                                );
                            }
                        }
                        catch (HttpRequestException)
                        {
                            // The service was killed.
                        }
                    })
                )
                .ToList();
            await Waiting.UntilAsync(() => Task.FromResult(acknowledged.Count > 500 ? "enough" : null), "The load made no progress.");
            await api.KillAsync();
            await Task.WhenAll(load);
        }

        await using var again = ProductProcess.Start("Api", environment, arguments);
        await Waiting.ReadyAsync(owner);
        foreach (var forecasts in acknowledged.GroupBy(a => a.Slug))
        {
            using var response = await owner.GetAsync(new Uri($"/questions/{forecasts.Key}/forecasts/owner", UriKind.Relative));
            using var history = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            var recorded = history
                .RootElement.GetProperty("steps")
                .EnumerateArray()
                .Select(s => s.GetProperty("after").GetProperty("probability").GetDouble())
                .ToList();
            Assert.All(forecasts, a => Assert.Equal(a.Probability, recorded[(int)a.Version - 1]));
        }

        Assert.Equal(
            0,
            await database.ScalarAsync<long>(
                """
                select count(*) from forecasts.mt_streams s where s.version <> (select count(*) from forecasts.mt_events e where e.stream_id = s.id)
                """
            )
        );
    }

    private static async Task AskAsync(HttpClient owner, string slug)
    {
        var now = DateTimeOffset.UtcNow;
        var draft = new
        {
            slug,
            title = "Will it?",
            resolutionCriteria = "Yes if it does.",
            type = "binary",
            opensAt = now.AddDays(-1),
            closesAt = now.AddDays(1),
            resolvesBy = now.AddDays(2),
        };
        using var drafted = await owner.PostAsJsonAsync("/questions", draft);
        drafted.EnsureSuccessStatusCode();
        using var opened = await owner.PostAsync(new Uri($"/questions/{slug}/open", UriKind.Relative), null);
        opened.EnsureSuccessStatusCode();
    }
}
