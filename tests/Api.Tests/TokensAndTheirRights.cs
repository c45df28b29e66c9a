using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Samples;
using Store.People;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Tokens, their scopes, and what their owners may do.</summary>
public sealed class TokensAndTheirRights(TokensAndTheirRights.QuickNotes api) : IClassFixture<TokensAndTheirRights.QuickNotes>
{
    [Fact]
    public async Task A_token_carries_no_more_than_its_scopes_and_loses_what_its_owner_loses()
    {
        await api.AsAsync("scoped", "analyst", "editor");
        var issued = await IssueAsync("scoped", new { scopes = new[] { "editor" } });
        using var narrow = api.Client(issued.GetProperty("token").GetString()!);
        await api.OpenQuestionAsync("scopes");

        using var forecast = await narrow.PutAsJsonAsync("/questions/scopes/forecast", new { probability = 0.5 });
        Assert.Equal(HttpStatusCode.Forbidden, forecast.StatusCode);
        using var clarified = await narrow.PostAsJsonAsync("/questions/scopes/clarifications", new { text = "By noon." });
        Assert.Equal(HttpStatusCode.OK, clarified.StatusCode);
        using var me = await narrow.GetAsync(new Uri("/me", UriKind.Relative));
        Assert.Equal(["editor"], (await Json(me, HttpStatusCode.OK)).GetProperty("roles").EnumerateArray().Select(r => r.GetString()));

        using var changed = await api.Owner.PutAsJsonAsync("/analysts/scoped/roles", new { roles = new[] { "analyst" } });
        await Json(changed, HttpStatusCode.OK);
        using var again = await narrow.PostAsJsonAsync("/questions/scopes/clarifications", new { text = "By one." });
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
    }

    [Fact]
    public async Task An_admin_cannot_give_up_the_role_alone_and_another_admin_can_take_it()
    {
        await api.AsAsync("chair", "admin", "analyst");
        using var chair = api.Client((await IssueAsync("chair", new { })).GetProperty("token").GetString()!);

        using var alone = await chair.PutAsJsonAsync("/analysts/chair/roles", new { roles = new[] { "analyst" } });
        Assert.Equal(HttpStatusCode.Conflict, alone.StatusCode);
        using var kept = await chair.PutAsJsonAsync("/analysts/chair/roles", new { roles = new[] { "admin" } });
        await Json(kept, HttpStatusCode.OK);

        using var taken = await api.Owner.PutAsJsonAsync("/analysts/chair/roles", new { roles = new[] { "analyst" } });
        await Json(taken, HttpStatusCode.OK);
        using var gone = await chair.PutAsJsonAsync("/analysts/chair/roles", new { roles = new[] { "admin" } });
        Assert.Equal(HttpStatusCode.Forbidden, gone.StatusCode);
    }

    [Fact]
    public async Task A_token_beyond_its_owners_roles_or_expired_from_the_start_is_refused()
    {
        await api.AsAsync("small", "analyst");
        foreach (
            var body in new object[] { new { scopes = new[] { "admin" } }, new { scopes = Array.Empty<string>() }, new { expiresAt = "2020-01-01T00:00:00Z" } }
        )
        {
            using var response = await api.Owner.PostAsJsonAsync("/analysts/small/tokens", body);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_revocation_holds_at_once_on_every_node()
    {
        await api.AsAsync("leaver", "analyst");
        var issued = await IssueAsync("leaver", new { });
        var token = issued.GetProperty("token").GetString()!;
        await using var node = await api.AnotherNodeAsync();
        using var here = api.Client(token);
        using var there = node.Client(token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await StatusAsync(here), await StatusAsync(there)));

        using var revoked = await api.Owner.DeleteAsync(new Uri($"/analysts/leaver/tokens/{issued.GetProperty("tokenId").GetString()}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (await StatusAsync(here), await StatusAsync(there)));
    }

    [Fact]
    public async Task Tokens_are_listed_with_prefix_and_last_use_to_their_owner_and_to_administrators_only()
    {
        using var other = await api.AsAsync("curious", "analyst");
        using var own = await api.AsAsync("user", "analyst");
        var issued = await IssueAsync("user", new { scopes = new[] { "analyst" }, expiresAt = "2999-01-01T00:00:00Z" });
        var token = issued.GetProperty("token").GetString()!;
        using var used = api.Client(token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(used));

        var listed = (await api.GetAsync("/analysts/user/tokens"))
            .GetProperty("items")
            .EnumerateArray()
            .Single(t => t.GetProperty("id").GetString() == issued.GetProperty("tokenId").GetString());
        Assert.Equal(token[..10], listed.GetProperty("prefix").GetString());
        Assert.True((DateTimeOffset.UtcNow - listed.GetProperty("lastUsedAt").GetDateTimeOffset()).Duration() < TimeSpan.FromMinutes(1));
        Assert.DoesNotContain(token[10..], (await api.GetAsync("/analysts/user/tokens")).ToString(), StringComparison.Ordinal);
        // It is kept, not only remembered.
        var uses = $"select count(*) from forecasts.token_uses where token_id = '{issued.GetProperty("tokenId").GetString()}'";
        await Patience.UntilAsync(async () => await api.ScalarAsync<long>(uses) > 0, () => "The use was not noted.");

        using var hidden = await other.GetAsync(new Uri("/analysts/user/tokens", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, hidden.StatusCode);
        using var seen = await own.GetAsync(new Uri("/analysts/user/tokens", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
        using var analyst = await other.GetAsync(new Uri("/analysts/user", UriKind.Relative));
        Assert.False((await Json(analyst, HttpStatusCode.OK)).TryGetProperty("tokens", out _));
    }

    [Fact]
    public async Task No_event_and_no_view_holds_a_token()
    {
        var issued = await IssueAsync("owner", new { });
        var token = issued.GetProperty("token").GetString()!;
        Assert.Equal(0, await api.ScalarAsync<long>($"select count(*) from forecasts.mt_events where data::text like '%{token}%'"));
        Assert.Equal(0, await api.ScalarAsync<long>($"select count(*) from forecasts.mt_doc_analyst where data::text like '%{token}%'"));
        Assert.DoesNotContain(
            "hash\":\"" + BearerTokens.Hash(token),
            (await api.GetAsync("/audit/events?analyst=owner&limit=500")).ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Roles_and_tokens_change_only_the_version_that_the_caller_names()
    {
        await api.AsAsync("versioned", "analyst");
        using var read = await api.Owner.GetAsync(new Uri("/analysts/versioned", UriKind.Relative));
        var tag = read.Headers.ETag!.ToString();
        foreach (
            var (method, url, body) in new[]
            {
                (HttpMethod.Put, "/analysts/versioned/roles", """{"roles":["editor"]}"""),
                (HttpMethod.Post, "/analysts/versioned/tokens", "{}"),
            }
        )
        {
            using var stale = await SendAsync(method, url, body, "\"77\"");
            Assert.Equal(HttpStatusCode.PreconditionFailed, stale.StatusCode);
            using var fresh = await SendAsync(method, url, body, tag);
            Assert.True(fresh.IsSuccessStatusCode, await fresh.Content.ReadAsStringAsync());
            Assert.NotEqual(tag, fresh.Headers.ETag!.ToString());
            tag = fresh.Headers.ETag!.ToString();
        }

        using var made = await SendAsync(HttpMethod.Post, "/analysts", """{"analyst":"unmade","name":"Unmade","roles":[]}""", "\"1\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, made.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, string body, string tag)
    {
        using var request = new HttpRequestMessage(method, url) { Content = Body(body) };
        request.Headers.TryAddWithoutValidation("If-Match", tag);
        return await api.Owner.SendAsync(request);
    }

    private async Task<JsonElement> IssueAsync(string analyst, object body)
    {
        using var response = await api.Owner.PostAsJsonAsync($"/analysts/{analyst}/tokens", body);
        return await Json(response, HttpStatusCode.Created);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
        return response.StatusCode;
    }

    /// <summary>Notes the last uses every second.</summary>
    public sealed class QuickNotes : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Access:LastUseEverySeconds", "1"];
    }
}
