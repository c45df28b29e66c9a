using System.Net;
using System.Net.Http.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests.Pages;

/// <summary>Reading in a browser, by a token: into it, out of it, and nothing beyond reading.</summary>
public sealed class SigningIn(RunningApi api) : IClassFixture<RunningApi>
{
    private string Token => api.Owner.DefaultRequestHeaders.Authorization!.Parameter!;

    [Fact]
    public async Task Whoever_is_not_signed_in_gets_a_page_that_asks_for_a_token_and_shows_nothing_else()
    {
        using var browser = new Browser(api);
        using var response = await browser.GetAsync("/questions/nato-enlargement-stands-2021?asOf=2019-01-01");
        var page = await response.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("action=\"/sign-in\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"/questions/nato-enlargement-stands-2021?asOf=2019-01-01\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("NATO keeps", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_signs_in_for_reading_and_comes_back_to_where_the_reader_was()
    {
        using var browser = new Browser(api);
        using var signedIn = await browser.PostAsync("/sign-in", ("token", Token), ("to", "/questions?status=resolved"));
        Assert.Equal((HttpStatusCode.Redirect, "/questions?status=resolved"), (signedIn.StatusCode, signedIn.Headers.Location?.OriginalString));
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, cookie, StringComparison.Ordinal);

        Assert.Contains("owner", await browser.PageAsync("/questions"), StringComparison.Ordinal);
        using var form = await browser.GetAsync("/questions.json");
        Assert.Equal("application/json", form.Content.Headers.ContentType?.MediaType);

        using var signedOut = await browser.PostAsync("/sign-out");
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        using var after = await browser.GetAsync("/questions");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task The_sign_in_writes_nothing()
    {
        await api.OpenQuestionAsync("written-by-cookie");
        using var browser = new Browser(api);
        (await browser.PostAsync("/sign-in", ("token", Token))).Dispose();
        await browser.PageAsync("/questions");
        using var put = new HttpRequestMessage(HttpMethod.Put, "/questions/written-by-cookie/forecast")
        {
            Content = JsonContent.Create(new { probability = 0.5 }),
        };
        using var refused = await browser.SendAsync(put);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(0, (await api.GetAsync("/questions/written-by-cookie/forecasts")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("fc_0000000000000000000000000000000000000000000000000000000000000000", HttpStatusCode.Unauthorized)]
    [InlineData("no token\r\nX-Other: 1", HttpStatusCode.Unauthorized)]
    public async Task What_is_no_token_is_said_in_words_above_the_form(string token, HttpStatusCode status)
    {
        using var browser = new Browser(api);
        using var response = await browser.PostAsync("/sign-in", ("token", token));
        Assert.Equal(status, response.StatusCode);
        Assert.Contains("role=\"alert\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("questions")]
    public async Task A_sign_in_leads_nowhere_else(string to)
    {
        using var browser = new Browser(api);
        using var response = await browser.PostAsync("/sign-in", ("token", Token), ("to", to));
        Assert.Equal("/", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_in_or_out()
    {
        using var browser = new Browser(api);
        foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://elsewhere.example") })
        {
            foreach (var path in new[] { "/sign-in", "/sign-out" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("token", Token)]) };
                request.Headers.TryAddWithoutValidation(name, value);
                using var response = await browser.SendAsync(request);
                Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
                Assert.False(response.Headers.Contains("Set-Cookie"));
            }
        }
    }

    [Fact]
    public async Task A_cookie_that_this_service_has_not_sealed_is_none()
    {
        using var browser = new Browser(api);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/questions");
        request.Headers.TryAddWithoutValidation("Cookie", $"forecasts-reader={Token}");
        using var response = await browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task A_page_takes_the_rights_of_its_thing()
    {
        var analyst = await api.AsAsync("reads-pages", "analyst");
        using var browser = new Browser(api).As(analyst);
        using var audit = await browser.GetAsync("/audit/events");
        Assert.Equal((HttpStatusCode.Forbidden, "text/html"), (audit.StatusCode, audit.Content.Headers.ContentType?.MediaType));
        await browser.PageAsync("/questions");
    }
}
