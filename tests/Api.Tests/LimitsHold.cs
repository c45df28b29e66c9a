using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Limits on requests by token, by kind of caller and by origin.</summary>
public sealed class LimitsHold(LimitsHold.Tight api) : IClassFixture<LimitsHold.Tight>
{
    [Fact]
    public async Task Each_token_has_its_own_limit_and_bots_have_another()
    {
        using var registered = await api.Owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = "robot",
                name = "Robot",
                roles = new[] { "analyst" },
                kind = "bot",
            }
        );
        using var bot = api.Client((await Json(registered, HttpStatusCode.Created)).GetProperty("token").GetString()!);
        using var person = await api.AsAsync("person", "analyst");

        // A bucket refills by one a second while it is emptied.
        var (botAnswers, botRefusals, seconds) = await KnockAsync(bot, 60);
        Assert.InRange(botAnswers, 5, 6 + seconds);
        Assert.NotEmpty(botRefusals);
        Assert.All(botRefusals, r => Assert.True(r.RetryAfter >= TimeSpan.FromSeconds(1) && r.Type == "application/problem+json"));
        var (personAnswers, _, more) = await KnockAsync(person, 60);
        Assert.InRange(personAnswers, 40, 41 + more);
        var (_, none, _) = await KnockAsync(api.Nobody, 60, HttpStatusCode.Unauthorized);
        Assert.NotEmpty(none);

        using var health = await api.Nobody.GetAsync(new Uri("/health/live", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task An_allowed_origin_may_ask_and_another_may_not()
    {
        foreach (var (origin, allowed) in new[] { ("https://desk.example", true), ("https://elsewhere.example", false) })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/questions");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            preflight.Headers.Add("Access-Control-Request-Headers", "authorization,idempotency-key");
            using var response = await api.Nobody.SendAsync(preflight);
            Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task Reads_are_open_to_all_where_that_is_said_and_writes_are_not()
    {
        using var read = await api.Nobody.GetAsync(new Uri("/scales", UriKind.Relative));
        Assert.NotEqual(HttpStatusCode.Unauthorized, read.StatusCode);
        using var bad = api.Client("fc_wrong");
        using var wrong = await bad.GetAsync(new Uri("/scales", UriKind.Relative));
        Assert.Contains(wrong.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
        using var write = await api.Nobody.PostAsync(new Uri("/questions", UriKind.Relative), Body("{}"));
        Assert.Contains(write.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests });
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_told_so()
    {
        await using var hasty = new Hasty();
        await hasty.InitializeAsync();
        await using var held = await hasty.HoldAsync("lock table forecasts.mt_events in access exclusive mode");
        using var response = await hasty.Owner.GetAsync(new Uri("/questions/nato-enlargement-stands-2021/forecasts", UriKind.Relative));
        await Json(response, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(response.Headers.RetryAfter);

        // A page says it too, and does not leave out what it could not read.
        using var browser = new Pages.Browser(hasty).As(hasty.Owner);
        using var page = await browser.GetAsync("/questions/nato-enlargement-stands-2021");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("<h1>The service is busy</h1>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // The same where the answer was to be kept, which then is not: the key can be used again.
        using var kept = new HttpRequestMessage(HttpMethod.Put, "/questions/nato-enlargement-stands-2021/forecast")
        {
            Content = Body("""{"probability":0.5}"""),
        };
        kept.Headers.Add("Idempotency-Key", "too-long");
        using var late = await hasty.Owner.SendAsync(kept);
        Assert.Contains("too-long", (await Json(late, HttpStatusCode.ServiceUnavailable)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.NotNull(late.Headers.RetryAfter);
        Assert.Equal(0, await hasty.ScalarAsync<long>("select count(*) from forecasts.kept_answers"));
    }

    [Fact]
    public async Task Short_reads_wait_in_line_for_their_turn_and_hold_up_nothing_else()
    {
        await using var narrow = new Narrow();
        await narrow.InitializeAsync();
        var read = new Uri("/questions/nato-enlargement-stands-2021/forecasts", UriKind.Relative);
        List<Task<HttpResponseMessage>> asked;
        await using (await narrow.HoldAsync("lock table forecasts.mt_events in access exclusive mode"))
        {
            // One has its turn and two wait; whoever of the four came last is told to come again.
            asked = [.. Enumerable.Range(0, 4).Select(_ => narrow.Owner.GetAsync(read))];
            var first = await Task.WhenAny(asked);
            asked.Remove(first);
            using var refused = await first;
            await Json(refused, HttpStatusCode.ServiceUnavailable);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);

            await narrow.GetAsync("/me");
            await narrow.GetAsync("/questions?limit=1");
            Assert.DoesNotContain(asked, a => a.IsCompleted);
        }

        foreach (var task in asked)
        {
            using var answered = await task;
            await Json(answered, HttpStatusCode.OK);
        }
    }

    private static async Task<(int Answered, List<(TimeSpan? RetryAfter, string? Type)> Refused, int Seconds)> KnockAsync(
        HttpClient client,
        int times,
        HttpStatusCode expected = HttpStatusCode.OK
    )
    {
        var (answered, refused, time) = (0, new List<(TimeSpan?, string?)>(), System.Diagnostics.Stopwatch.StartNew());
        for (var i = 0; i < times; i++)
        {
            using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                refused.Add((response.Headers.RetryAfter?.Delta, response.Content.Headers.ContentType?.MediaType));
            else
                answered += response.StatusCode == expected ? 1 : 0;
        }

        return (answered, refused, (int)Math.Ceiling(time.Elapsed.TotalSeconds));
    }

    private sealed class Hasty : ServedApi
    {
        protected override IReadOnlyList<string> Settings => ["--Limits:RequestSeconds", "2"];
    }

    private sealed class Narrow : ServedApi
    {
        protected override IReadOnlyList<string> Settings => ["--Limits:ReadsAtOnce", "1", "--Limits:ReadsInLine", "2"];
    }

    /// <summary>Limits that a test can reach; they refill too slowly to matter in one.</summary>
    public sealed class Tight : ServedApi
    {
        protected override IReadOnlyList<string> Settings =>
            [
                "--Limits:Bots:PerSecond",
                "1",
                "--Limits:Bots:Burst",
                "5",
                "--Limits:Persons:PerSecond",
                "1",
                "--Limits:Persons:Burst",
                "40",
                "--Limits:Anonymous:PerSecond",
                "1",
                "--Limits:Anonymous:Burst",
                "20",
                "--Cors:Origins:0",
                "https://desk.example",
                "--Access:PublicReads",
                "true",
            ];
    }
}
