using System.Net;
using System.Text;
using Worker.DeliveringWebhooks;
using Worker.EventNotifications;

namespace Worker.Tests.DeliveringWebhooks;

/// <summary>Signatures, secrets and retries of webhooks.</summary>
public sealed class WebhookRulesTests
{
    /// <summary>The example of the Standard Webhooks specification's reference libraries.</summary>
    [Fact]
    public void A_signature_is_that_of_the_specifications_example() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign(
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330,
                Encoding.UTF8.GetBytes("""{"test": 2432232314}""")
            )
        );

    [Fact]
    public void A_sealed_secret_is_opened_by_its_key_under_its_webhook_alone()
    {
        var secrets = new WebhookSecrets(new WebhookOptions { SecretKey = Convert.ToBase64String(new byte[32]) });
        var other = new WebhookSecrets(new WebhookOptions { SecretKey = Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)]) });
        var kept = secrets.Keep("w", "whsec_secret");
        var webhook = new Store.Webhooks.Webhook
        {
            Id = "w",
            Owner = "ana",
            Url = "",
            Secret = kept,
            CreatedAt = default,
        };

        Assert.DoesNotContain("secret", kept, StringComparison.Ordinal);
        Assert.NotEqual(kept, secrets.Keep("w", "whsec_secret"));
        Assert.Equal("whsec_secret", secrets.Open(webhook));
        Assert.Null(secrets.Open(webhook with { Id = "v" }));
        Assert.Null(other.Open(webhook));
        Assert.Null(new WebhookSecrets(new WebhookOptions()).Open(webhook));
        Assert.Equal("whsec_secret", secrets.Open(webhook with { Secret = "whsec_secret" }));
        Assert.Throws<InvalidOperationException>(() => new WebhookSecrets(new WebhookOptions { SecretKey = "short" }));
        Assert.Throws<InvalidOperationException>(() => new WebhookSecrets(new WebhookOptions()).Keep("w", "whsec_secret"));
    }

    [Fact]
    public void A_webhook_is_told_of_what_comes_after_it_in_the_store_whatever_the_clocks_say()
    {
        var registered = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var webhook = new Store.Webhooks.Webhook
        {
            Id = "w",
            Owner = "ana",
            Url = "",
            Secret = "",
            CreatedAt = registered,
            After = 7,
        };
        EventNotification Event(long sequence, int seconds) =>
            new(sequence, Guid.Empty, "QuestionOpened", new("rain"), null, registered.AddSeconds(seconds), null, [], []);

        Assert.True(webhook.Wants(Event(8, seconds: -90)));
        Assert.False(webhook.Wants(Event(7, seconds: 90)));
        // One that was registered before the store's order was kept has only its instant.
        Assert.False((webhook with { After = null }).Wants(Event(8, seconds: -90)));
        Assert.True((webhook with { After = null }).Wants(Event(8, seconds: 0)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    public void An_address_that_only_a_private_network_reaches_is_not_public(string address) =>
        Assert.False(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("192.0.1.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void An_address_of_the_internet_is_public(string address) => Assert.True(PublicAddresses.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public void The_waits_between_attempts_grow_up_to_a_bound_and_are_spread_by_a_quarter()
    {
        var options = new WebhookOptions();
        var waits = Enumerable.Range(1, 7).Select(failed => options.Wait(failed, 0.5).TotalSeconds);
        Assert.Equal([5, 30, 180, 1_080, 6_480, 38_880, 43_200], waits);
        Assert.Equal(3.75, options.Wait(1, 0).TotalSeconds);
        Assert.InRange(options.Wait(1, 0.999_999).TotalSeconds, 6.249, 6.25);
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://localhost/")]
    [InlineData("https://user:secret@8.8.8.8/")]
    [InlineData("https://8.8.8.8/#part")]
    [InlineData("ftp://8.8.8.8/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("not a url")]
    [InlineData("https://nobody.invalid/")]
    public async Task A_url_that_leads_elsewhere_than_to_the_internet_over_https_is_refused(string url)
    {
        using var sender = new WebhookSender(new WebhookOptions(), new WebhookSecrets(new WebhookOptions()), TimeProvider.System);
        Assert.NotNull(await sender.CheckAsync(url, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_url_of_the_internet_over_https_is_taken()
    {
        using var sender = new WebhookSender(new WebhookOptions(), new WebhookSecrets(new WebhookOptions()), TimeProvider.System);
        Assert.Null(await sender.CheckAsync("https://8.8.8.8/hooks", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_that_has_come_to_lead_into_a_private_network_is_not_connected_to()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        // As if it had passed the check when it was registered, and its name were pointed elsewhere since.
        using var sender = new WebhookSender(new WebhookOptions(), new WebhookSecrets(new WebhookOptions()), TimeProvider.System);
        var webhook = new Store.Webhooks.Webhook
        {
            Id = "w",
            Owner = "ana",
            Url = $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/",
            Secret = WebhookSignature.NewSecret(),
            CreatedAt = DateTimeOffset.UtcNow,
        };
        var result = await sender.SendAsync(webhook, "evt_1", [], TestContext.Current.CancellationToken);
        Assert.Equal("The address is not on the public internet.", result.Attempt.Error);
        Assert.False(listener.Pending());
    }
}
