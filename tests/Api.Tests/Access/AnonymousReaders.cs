using System.Net;
using System.Net.Http.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests.Access;

/// <summary>Where reads are public, everybody sees questions, scores and calibration, and nothing beyond that is not switched on too.</summary>
public sealed class AnonymousReaders(AnonymousReaders.PublicReads api) : IClassFixture<AnonymousReaders.PublicReads>
{
    private const string Why = "The glass has been falling since noon.";

    [Theory]
    [InlineData("/questions")]
    [InlineData("/questions/nato-enlargement-stands-2021")]
    [InlineData("/questions/nato-enlargement-stands-2021/scores")]
    [InlineData("/questions/nato-enlargement-stands-2021/consensus")]
    [InlineData("/analysts/kinu-co-17-04/calibration")]
    [InlineData("/leaderboard")]
    [InlineData("/exports/scores")]
    public async Task Questions_scores_and_calibration_are_seen_without_a_token(string url)
    {
        using var response = await api.Nobody.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/analysts")]
    [InlineData("/analysts/owner")]
    [InlineData("/analysts/owner/tokens")]
    [InlineData("/me")]
    [InlineData("/live")]
    [InlineData("/audit/events")]
    [InlineData("/imports")]
    [InlineData("/webhooks")]
    public async Task People_roles_live_streams_and_the_audit_trail_are_not(string url)
    {
        using var response = await api.Nobody.GetAsync(new Uri(url, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Metrics_are_not_seen_without_a_token()
    {
        using var nobody = new HttpClient(api.Road()) { BaseAddress = api.Nobody.BaseAddress };
        using var response = await nobody.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_bad_token_is_refused_although_none_would_do()
    {
        using var stranger = api.Client("fc_" + new string('0', 64));
        using var response = await stranger.GetAsync(new Uri("/questions", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Forecasts_are_shown_without_why_they_were_made()
    {
        await ForecastAsync(api, "unsaid");
        foreach (var url in Shown("unsaid"))
        {
            var (hidden, shown) = (await TextAsync(api.Nobody, url), await TextAsync(api.Owner, url));
            Assert.Contains("0.7", hidden, StringComparison.Ordinal);
            Assert.DoesNotContain(Why, hidden, StringComparison.Ordinal);
            Assert.DoesNotContain("a barometer", hidden, StringComparison.Ordinal);
            Assert.Contains(Why, shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_history_without_its_rationales_has_a_tag_of_its_own()
    {
        await ForecastAsync(api, "tagged-apart");
        var url = new Uri("/questions/tagged-apart/forecasts/owner", UriKind.Relative);
        using var hidden = await api.Nobody.GetAsync(url);
        using var shown = await api.Owner.GetAsync(url);
        Assert.NotEqual(hidden.Headers.ETag, shown.Headers.ETag);
    }

    private static string[] Shown(string slug) =>
        [$"/questions/{slug}/forecasts", $"/questions/{slug}/forecasts/owner", "/analysts/owner/forecasts", $"/exports/forecasts?question={slug}"];

    private static async Task ForecastAsync(RunningApi api, string slug)
    {
        await api.OpenQuestionAsync(slug);
        using var stated = await api.Owner.PutAsJsonAsync(
            $"/questions/{slug}/forecast",
            new
            {
                probability = 0.7,
                rationale = Why,
                evidence = new[] { "a barometer" },
            }
        );
        await Json(stated, HttpStatusCode.Created);
    }

    private static async Task<string> TextAsync(HttpClient client, string url)
    {
        using var response = await client.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>The service with public reads and nothing else switched on.</summary>
    public sealed class PublicReads : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Access:PublicReads", "true"];
    }

    /// <summary>The service with everything switched on that can be.</summary>
    public sealed class EverythingPublic : RunningApi
    {
        protected override IReadOnlyList<string> Settings =>
            [
                "--Access:PublicReads",
                "true",
                "--Access:PublicPeople",
                "true",
                "--Access:PublicRationales",
                "true",
                "--Access:PublicMetrics",
                "true",
                "--Catalogue:Load",
                "false",
            ];
    }

    /// <summary>A service that lets anonymous readers see more.</summary>
    public sealed class SwitchedOn(EverythingPublic api) : IClassFixture<EverythingPublic>
    {
        [Fact]
        public async Task What_is_switched_on_is_seen_without_a_token()
        {
            await ForecastAsync(api, "said");
            foreach (var url in Shown("said"))
                Assert.Contains(Why, await TextAsync(api.Nobody, url), StringComparison.Ordinal);
            Assert.Contains("admin", await TextAsync(api.Nobody, "/analysts/owner"), StringComparison.Ordinal);
            using var plain = new HttpClient(api.Road()) { BaseAddress = api.Nobody.BaseAddress };
            Assert.Contains("# TYPE", await TextAsync(plain, "/metrics"), StringComparison.Ordinal);
        }

        [Fact]
        public async Task Tokens_and_the_audit_trail_stay_closed()
        {
            foreach (var url in new[] { "/analysts/owner/tokens", "/audit/events", "/webhooks" })
            {
                using var response = await api.Nobody.GetAsync(new Uri(url, UriKind.Relative));
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            }

            Assert.DoesNotContain("\"tokens\"", await TextAsync(api.Nobody, "/analysts/owner"), StringComparison.Ordinal);
        }
    }
}
