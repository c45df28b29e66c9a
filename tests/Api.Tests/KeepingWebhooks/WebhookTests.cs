using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.FollowingLive;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests.KeepingWebhooks;

/// <summary>Webhooks over the API: their secrets, their deliveries and who may see them.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly LiveNodes _nodes = new(
        "--Worker:InProcess",
        "true",
        "--Webhooks:AllowPrivateAddresses",
        "true",
        "--Webhooks:FirstRetrySeconds",
        "0.05",
        "--Webhooks:RetryFactor",
        "2",
        "--Webhooks:Attempts",
        "3",
        "--Webhooks:PollMilliseconds",
        "50"
    );

    private HttpClient _owner = null!;
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        await _nodes.InitializeAsync();
        _owner = _nodes.Owner;
        _receiver = await Receiver.StartAsync();
        await FollowingTests.OpenQuestionAsync(_owner, "rain", "weather");
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        await _receiver.DisposeAsync();
        await _nodes.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_key_no_webhook_is_registered_and_no_secret_kept()
    {
        await using var nodes = new LiveNodes("--Webhooks:AllowPrivateAddresses", "true", "--Webhooks:SecretKey", "");
        await nodes.InitializeAsync();
        using var owner = nodes.Owner;
        using var refused = await owner.PostAsJsonAsync("/webhooks", new { url = _receiver.Url });
        Assert.Contains("Webhooks:SecretKey", (await Json(refused, HttpStatusCode.Conflict)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await nodes.Database.ScalarAsync<long>("select count(*) from forecasts.mt_doc_webhook"));
    }

    [Fact]
    public async Task A_secret_that_an_earlier_version_kept_unsealed_is_sealed_at_the_next_start_and_still_signs()
    {
        var webhook = await RegisterAsync(new { url = _receiver.Url, questions = new[] { "rain" } });
        var secret = webhook.GetProperty("secret").GetString()!;
        await _nodes.Database.ScalarAsync<long>(
            $$"""
            with opened as (update forecasts.mt_doc_webhook set data = jsonb_set(data, '{secret}', '"{{secret}}"') returning 1) select count(*) from opened
            """
        );

        await _nodes.StartNodeAsync();

        await Patience.UntilAsync(async () => (await KeptSecretAsync()).StartsWith("sealed:", StringComparison.Ordinal), () => "The secret was not sealed.");

        await _nodes.RecordAsync("rain", ["ana"]);
        Assert.True((await _receiver.EventuallyAsync(1))[0].IsSignedWith(secret));
    }

    [Fact]
    public async Task An_event_is_delivered_signed_and_as_live_tells_it()
    {
        var webhook = await RegisterAsync(
            new
            {
                url = _receiver.Url,
                events = new[] { "ForecastSubmitted" },
                questions = new[] { "rain" },
            }
        );
        var secret = webhook.GetProperty("secret").GetString()!;
        await using var live = await Follower.OpenAsync(_owner);
        await _nodes.RecordAsync("rain", ["ana"]);

        var received = Assert.Single(await _receiver.EventuallyAsync(1));
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.True(received.IsSignedWith(secret));
        Assert.False(received.IsSignedWith("whsec_" + Convert.ToBase64String(new byte[32])));
        Assert.InRange(
            long.Parse(received.Timestamp, System.Globalization.CultureInfo.InvariantCulture),
            DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60,
            DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1
        );
        var told = (await live.NextAsync())!;
        Assert.Equal("ForecastSubmitted", received.Json.GetProperty("type").GetString());
        Assert.Equal(told.Data.GetRawText(), received.Json.GetProperty("data").GetRawText());
        Assert.Equal(told.Data.GetProperty("recordedAt").GetString(), received.Json.GetProperty("timestamp").GetString());

        var delivery = await DeliveryAsync(webhook, told.Id, "delivered");
        Assert.Equal(received.Id, delivery.GetProperty("messageId").GetString());
        Assert.Equal(204, delivery.GetProperty("log")[0].GetProperty("status").GetInt32());
        Assert.False((await GetAsync($"/webhooks/{Id(webhook)}")).TryGetProperty("secret", out _));
        Assert.DoesNotContain(secret, (await GetAsync("/webhooks")).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await _nodes.Database.ScalarAsync<string>("select data::text from forecasts.mt_doc_webhook"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_delivery_is_attempted_again_under_the_same_id()
    {
        _receiver.Answer = _ => _receiver.Came.Count == 1 ? 500 : 200;
        var webhook = await RegisterAsync(new { url = _receiver.Url });
        await _nodes.RecordAsync("rain", ["ana"]);

        var came = await _receiver.EventuallyAsync(2);
        Assert.Equal(came[0].Id, came[1].Id);
        Assert.Equal(came[0].Body, came[1].Body);
        Assert.All(came, r => Assert.True(r.IsSignedWith(webhook.GetProperty("secret").GetString()!)));
        var delivery = await DeliveryAsync(webhook, Sequence(came[0]), "delivered");
        Assert.Equal([500, 200], delivery.GetProperty("log").EnumerateArray().Select(a => a.GetProperty("status").GetInt32()));
        Assert.False((await GetAsync($"/webhooks/{Id(webhook)}")).TryGetProperty("failingSince", out _));
    }

    [Fact]
    public async Task After_the_last_attempt_it_is_a_dead_letter_and_a_replay_delivers_it()
    {
        _receiver.Answer = _ => 503;
        var webhook = await RegisterAsync(new { url = _receiver.Url });
        await _nodes.RecordAsync("rain", ["ana"]);
        var number = Sequence((await _receiver.EventuallyAsync(3))[0]);
        var dead = await DeliveryAsync(webhook, number, "dead");
        Assert.Equal(3, dead.GetProperty("attempts").GetInt32());
        var listed = (await GetAsync($"/webhooks/{Id(webhook)}/deliveries?status=dead")).GetProperty("items");
        Assert.Equal(number, Assert.Single(listed.EnumerateArray()).GetProperty("number").GetInt64());
        Assert.True((await GetAsync($"/webhooks/{Id(webhook)}")).TryGetProperty("failingSince", out _));

        _receiver.Answer = _ => 200;
        using var replayed = await _owner.PostAsync(new Uri($"/webhooks/{Id(webhook)}/deliveries/{number}/replay", UriKind.Relative), null);
        await Json(replayed, HttpStatusCode.Accepted);
        var delivered = await DeliveryAsync(webhook, number, "delivered");
        Assert.Equal([503, 503, 503, 200], delivered.GetProperty("log").EnumerateArray().Select(a => a.GetProperty("status").GetInt32()));
        Assert.Single(_receiver.Came.Select(r => r.Id).Distinct());
    }

    [Fact]
    public async Task Deliveries_go_to_one_receiver_in_the_order_of_the_events()
    {
        await RegisterAsync(new { url = _receiver.Url });
        for (var i = 0; i < 10; i++)
            await _nodes.RecordAsync("rain", Enumerable.Range(0, 10).Select(n => $"a{i}-{n}"));
        var numbers = (await _receiver.EventuallyAsync(100)).Select(Sequence).ToList();
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal(100, numbers.Distinct().Count());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _receiver.Answer = _ => 307;
        var webhook = await RegisterAsync(new { url = _receiver.Url });
        await _nodes.RecordAsync("rain", ["ana"]);
        var dead = await DeliveryAsync(webhook, Sequence((await _receiver.EventuallyAsync(1))[0]), "dead");
        Assert.Contains("redirect", dead.GetProperty("log")[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", _receiver.Came.Select(r => r.Id));
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_not_told_again_until_it_is_enabled()
    {
        _receiver.Answer = _ => 410;
        var webhook = await RegisterAsync(new { url = _receiver.Url });
        await _nodes.RecordAsync("rain", ["ana"]);
        var disabled = await EventuallyAsync($"/webhooks/{Id(webhook)}", w => w.GetProperty("status").GetString() == "disabled");
        Assert.Contains("410", disabled.GetProperty("disabledReason").GetString(), StringComparison.Ordinal);

        _receiver.Answer = _ => 200;
        await _nodes.RecordAsync("rain", ["while-disabled"]);
        // A witness that is told of the same event shows that it was looked at.
        await using var witness = await Receiver.StartAsync();
        await RegisterAsync(new { url = witness.Url });
        await _nodes.RecordAsync("rain", ["ben"]);
        await witness.EventuallyAsync(1);
        using var enabled = await _owner.PostAsync(new Uri($"/webhooks/{Id(webhook)}/enable", UriKind.Relative), null);
        await Json(enabled, HttpStatusCode.OK);
        await _nodes.RecordAsync("rain", ["cleo"]);
        Assert.Equal(["ana", "cleo"], (await _receiver.EventuallyAsync(2)).Select(r => r.Analyst));
    }

    [Fact]
    public async Task A_receiver_that_has_failed_for_too_long_is_disabled_with_a_reason_and_goes_on_when_it_is_enabled()
    {
        await using var nodes = new LiveNodes(
            "--Worker:InProcess",
            "true",
            "--Webhooks:AllowPrivateAddresses",
            "true",
            "--Webhooks:FirstRetrySeconds",
            "0.2",
            "--Webhooks:RetryFactor",
            "1",
            "--Webhooks:Attempts",
            "100",
            "--Webhooks:PollMilliseconds",
            "50",
            "--Webhooks:DisableAfterHours",
            "0.0003"
        );
        await nodes.InitializeAsync();
        using var owner = nodes.Owner;
        await FollowingTests.OpenQuestionAsync(owner, "rain", "weather");
        _receiver.Answer = _ => 500;
        using var registered = await owner.PostAsJsonAsync("/webhooks", new { url = _receiver.Url });
        var webhook = new Uri("/webhooks/" + Id(await Json(registered, HttpStatusCode.Created)), UriKind.Relative);
        await nodes.RecordAsync("rain", ["ana"]);

        var disabled = await EventuallyAsync(webhook.ToString(), w => w.GetProperty("status").GetString() == "disabled", owner);
        Assert.Matches("^Every attempt since .* failed; the last one: The receiver answered 500\\.$", disabled.GetProperty("disabledReason").GetString());
        Assert.True(_receiver.Came.Count > 1);

        _receiver.Answer = _ => 200;
        using var enabled = await owner.PostAsync(new Uri(webhook + "/enable", UriKind.Relative), null);
        await Json(enabled, HttpStatusCode.OK);
        await EventuallyAsync(webhook + "/deliveries?status=delivered", d => d.GetProperty("items").GetArrayLength() == 1, owner);
    }

    [Fact]
    public async Task Everybody_keeps_their_own_and_an_admin_keeps_all()
    {
        var ana = await AsAsync("ana", "analyst");
        var ben = await AsAsync("ben", "resolver");
        var webhook = await RegisterAsync(new { url = _receiver.Url, description = "Ana's" }, ana);

        Assert.Equal(1, (await GetAsync("/webhooks", ana)).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await GetAsync("/webhooks", ben)).GetProperty("items").GetArrayLength());
        Assert.Equal("ana", (await GetAsync($"/webhooks/{Id(webhook)}")).GetProperty("owner").GetString());
        foreach (
            var (method, path) in new[]
            {
                ("GET", ""),
                ("DELETE", ""),
                ("POST", "/enable"),
                ("GET", "/deliveries"),
                ("GET", "/deliveries/1"),
                ("POST", "/deliveries/1/replay"),
            }
        )
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/webhooks/{Id(webhook)}{path}");
            using var refused = await ben.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        using var roles = await _owner.PutAsJsonAsync("/analysts/ana/roles", new { roles = Array.Empty<string>() });
        await Json(roles, HttpStatusCode.OK);
        await using var witness = await Receiver.StartAsync();
        await RegisterAsync(new { url = witness.Url });
        await _nodes.RecordAsync("rain", ["cleo"]);
        await witness.EventuallyAsync(1);
        // Whoever has no role any more is told nothing, not even what was enqueued before.
        Assert.Equal(0, await _nodes.Database.ScalarAsync<long>($"select count(*) from forecasts.webhook_deliveries where webhook = '{Id(webhook)}'"));

        using var removed = await _owner.DeleteAsync(new Uri($"/webhooks/{Id(webhook)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var gone = await _owner.GetAsync(new Uri($"/webhooks/{Id(webhook)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("""{"url":"nonsense"}""", "url")]
    [InlineData("""{"url":"ftp://127.0.0.1/"}""", "url")]
    [InlineData("""{"url":"http://127.0.0.1/","events":["TokenIssued"]}""", "events")]
    [InlineData("""{"url":"http://127.0.0.1/","questions":["No Slug"]}""", "questions")]
    [InlineData("""{"url":"http://127.0.0.1/","colour":"red"}""", "colour")]
    [InlineData("{}", "url")]
    public async Task What_cannot_be_registered_is_refused_by_field(string body, string field)
    {
        using var response = await _owner.PostAsync(new Uri("/webhooks", UriKind.Relative), Body(body));
        var problem = await Json(response, HttpStatusCode.BadRequest);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Equal(0, await _nodes.Database.ScalarAsync<long>("select count(*) from forecasts.mt_doc_webhook"));
    }

    private static string Id(JsonElement webhook) => webhook.GetProperty("id").GetString()!;

    private static long Sequence(Received received) => received.Json.GetProperty("data").GetProperty("sequence").GetInt64();

    private async Task<JsonElement> RegisterAsync(object body, HttpClient? client = null)
    {
        using var response = await (client ?? _owner).PostAsJsonAsync("/webhooks", body);
        return await Json(response, HttpStatusCode.Created);
    }

    private async Task<HttpClient> AsAsync(string name, string role)
    {
        using var response = await _owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = name,
                name,
                roles = new[] { role },
            }
        );
        return _nodes.Client(0, (await Json(response, HttpStatusCode.Created)).GetProperty("token").GetString());
    }

    private async Task<JsonElement> GetAsync(string url, HttpClient? client = null)
    {
        using var response = await (client ?? _owner).GetAsync(new Uri(url, UriKind.Relative));
        return await Json(response, HttpStatusCode.OK);
    }

    private Task<JsonElement> DeliveryAsync(JsonElement webhook, long number, string status) =>
        EventuallyAsync($"/webhooks/{Id(webhook)}/deliveries/{number}", d => d.GetProperty("status").GetString() == status);

    private async Task<JsonElement> EventuallyAsync(string url, Func<JsonElement, bool> condition, HttpClient? client = null)
    {
        JsonElement answer = default;
        await Patience.UntilAsync(async () => condition(answer = await GetAsync(url, client)), () => $"{url} still answers {answer}");
        return answer;
    }

    private Task<string> KeptSecretAsync() => _nodes.Database.ScalarAsync<string>("select data ->> 'secret' from forecasts.mt_doc_webhook");
}
