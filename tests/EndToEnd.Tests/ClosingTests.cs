using System.Net.Http.Json;
using System.Text.Json;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>Closes and expiries across a crash.</summary>
public sealed class ClosingTests
{
    private const string Token = "a-token-that-only-this-test-uses-9876543210";

    [Fact]
    public async Task Questions_close_and_forecasts_expire_at_their_time_across_a_crash_also_when_nothing_ran_then()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString };
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] arguments = ["--urls", address, "--Access:OwnerToken", Token, "--Catalogue:Load", "false"];
        using var owner = Waiting.Client(address, Token);
        DateTimeOffset missed,
            ahead;

        await using (var api = ProductProcess.Start("Api", environment, arguments))
        {
            await Waiting.ReadyAsync(owner);
            // A first question that has closed shows that the schedule is at work before it is cut off.
            await OpenAsync(owner, "first", DateTimeOffset.UtcNow.AddSeconds(4));
            await ClosedAsync(owner, "first");
            ahead = await OpenAsync(owner, "ahead", DateTimeOffset.UtcNow.AddSeconds(40));
            missed = await OpenAsync(owner, "missed", DateTimeOffset.UtcNow.AddSeconds(20));
            using var expiring = await owner.PutAsJsonAsync("/questions/missed/forecast", new { probability = 0.5, expiresAt = missed });
            Assert.True(expiring.IsSuccessStatusCode, await expiring.Content.ReadAsStringAsync());
            await api.KillAsync();
        }

        Assert.True(DateTimeOffset.UtcNow < missed, "The close came before the crash.");
        await Waiting.UntilAsync(() => Task.FromResult(DateTimeOffset.UtcNow > missed ? "past" : null), "The close did not pass.");

        await using var again = ProductProcess.Start("Api", environment, arguments);
        await Waiting.ReadyAsync(owner);
        Assert.Equal(missed, await ClosedAsync(owner, "missed"));
        Assert.Equal(ahead, await ClosedAsync(owner, "ahead"));
        Assert.True(DateTimeOffset.UtcNow >= ahead);
        Assert.Equal(3, await database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'question_closed'"));
        await Waiting.UntilAsync(
            async () => await database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'forecast_expired'") == 1 ? "recorded" : null,
            "The expiry that nobody saw was not recorded."
        );
    }

    private static async Task<DateTimeOffset> OpenAsync(HttpClient owner, string slug, DateTimeOffset closesAt)
    {
        using var drafted = await owner.PostAsJsonAsync(
            "/questions",
            new
            {
                slug,
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = DateTimeOffset.UtcNow.AddDays(-1),
                closesAt,
                resolvesBy = closesAt.AddDays(1),
            }
        );
        Assert.True(drafted.IsSuccessStatusCode, await drafted.Content.ReadAsStringAsync());
        using var opened = await owner.PostAsync(new Uri($"/questions/{slug}/open", UriKind.Relative), null);
        Assert.True(opened.IsSuccessStatusCode, await opened.Content.ReadAsStringAsync());
        // An instant is kept to the microsecond.
        return new DateTimeOffset(closesAt.Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, closesAt.Offset);
    }

    /// <summary>Waits until the question is closed, and says as of when.</summary>
    private static async Task<DateTimeOffset> ClosedAsync(HttpClient owner, string slug)
    {
        var closed = await Waiting.UntilAsync(
            async () =>
            {
                using var response = await owner.GetAsync(new Uri($"/audit/events?question={slug}&type=QuestionClosed", UriKind.Relative));
                if (!response.IsSuccessStatusCode)
                    return null;
                var events = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("items");
                return events.GetArrayLength() == 0 ? null : (object)events[0].GetProperty("data").GetProperty("closedAt").GetDateTimeOffset();
            },
            $"{slug} did not close."
        );
        return (DateTimeOffset)closed;
    }
}
