using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Authorization;
using Domain.People;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Every endpoint that the running service has, with every role and every kind of token that is none.</summary>
public sealed class WhoMayDoWhat(WhoMayDoWhat.WithAnUnmarkedEndpoint api) : IClassFixture<WhoMayDoWhat.WithAnUnmarkedEndpoint>
{
    private const string Unmarked = "GET /unmarked";

    /// <summary>What everybody may ask, because it holds nothing of the contract's: whoever adds to it must say why.</summary>
    private static readonly string[] OpenToAll =
    [
        "GET /",
        "GET /health/live",
        "GET /health/ready",
        "GET /openapi/{documentName}.json",
        // The ledger holds commitments, which show nothing but sizes and times; a log that few can read proves little.
        "GET /audit/ledger/checkpoint",
        "GET /audit/ledger/keys",
        "GET /audit/ledger/policy",
        "GET /audit/ledger/tile/{**path}",
        "GET /audit/ledger/witnessed-checkpoint",
        // The first page reads by the reader's own rights. The others say nothing of the contract's: the way in and out, the language, the time zone, what
        // pages look like.
        "GET /sign-in",
        "POST /sign-in",
        "POST /sign-out",
        "GET /language/{language}",
        "GET /time-zone",
        $"GET {Api.Pages.Style.PageStyle.Address}",
        .. Api.Pages.Scripts.PageScripts.All.Select(a => $"GET {a}"),
        "GET /favicon.ico",
    ];

    [Fact]
    public async Task Every_endpoint_lets_in_the_roles_that_it_names_and_nobody_else()
    {
        var roles = Enum.GetValues<Role>();
        var clients = new Dictionary<Role, HttpClient>();
        foreach (var role in roles)
            clients[role] = await api.AsAsync($"only-{Spelling(role)}", Spelling(role));
        using var roleless = await api.AsAsync("without-a-role");
        var strangers = await StrangersAsync();
        var failures = new List<string>();
        foreach (var (method, pattern, rights) in Endpoints())
        {
            foreach (var (what, client) in strangers)
            {
                using var response = await SendAsync(client, method, pattern);
                var isRefused = response.StatusCode == HttpStatusCode.Unauthorized && IsProblem(response) && response.Headers.WwwAuthenticate.Count > 0;
                if (!isRefused)
                    failures.Add($"{method} {pattern} answers {(int)response.StatusCode} to {what}");
            }

            foreach (var (role, client) in clients.Select(c => ((Role?)c.Key, c.Value)).Append((null, roleless)))
            {
                using var response = await SendAsync(client, method, pattern);
                var lets = role is { } r && (rights.Roles.Count == 0 || rights.Roles.Contains(r));
                // What streams does so for ever; only a problem is read to its end.
                var text = IsProblem(response) ? await response.Content.ReadAsStringAsync() : "";
                var refused =
                    response.StatusCode == HttpStatusCode.Forbidden
                    && (text.Contains("needs the role", StringComparison.Ordinal) || text.Contains("needs any role", StringComparison.Ordinal));
                if (response.StatusCode == HttpStatusCode.Unauthorized || lets == refused)
                    failures.Add($"{method} {pattern} answers {(int)response.StatusCode} to {role?.ToString() ?? "no role"}: {text}");
                if (refused && rights.Roles.Any(needed => !text.Contains(Spelling(needed), StringComparison.Ordinal)))
                    failures.Add($"{method} {pattern} does not say which role it needs: {text}");
                if ((int)response.StatusCode >= 500)
                    failures.Add($"{method} {pattern} answers {(int)response.StatusCode} to {role}: {text}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    [Fact]
    public void Every_endpoint_names_a_policy_or_says_that_it_is_for_everybody()
    {
        var silent = AllEndpoints().Where(e => !e.NamesPolicy() && e.Metadata.GetMetadata<IAllowAnonymous>() is null).SelectMany(Names);

        Assert.Equal([Unmarked], silent);
    }

    [Fact]
    public void Nothing_is_for_everybody_but_what_is_listed()
    {
        var open = AllEndpoints().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).SelectMany(Names).Distinct();

        Assert.Equal(OpenToAll.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_endpoint_that_states_no_right_is_closed_to_everybody()
    {
        var address = new Uri("/unmarked", UriKind.Relative);
        using var nobody = await api.Plain.GetAsync(address);
        Assert.Equal((HttpStatusCode.Unauthorized, true), (nobody.StatusCode, IsProblem(nobody)));
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Authorization = api.Owner.DefaultRequestHeaders.Authorization } };
        using var owner = await api.Plain.SendAsync(request);
        Assert.Equal((HttpStatusCode.Forbidden, true), (owner.StatusCode, IsProblem(owner)));
    }

    [Fact]
    public async Task An_address_without_a_route_is_not_found_and_asks_for_no_token()
    {
        using var nowhere = await api.Plain.GetAsync(new Uri("/nowhere", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
        using var otherwise = await api.Plain.DeleteAsync(new Uri("/questions", UriKind.Relative));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, otherwise.StatusCode);
    }

    [Fact]
    public void Every_write_takes_a_role_that_some_analyst_can_have_alone() =>
        // A webhook is one's own whatever one's role, and what an agent may do is asked of the endpoints behind it.
        Assert.All(
            Endpoints()
                .Where(e =>
                    e.Method != "GET" && !e.Pattern.StartsWith("/mcp", StringComparison.Ordinal) && !e.Pattern.StartsWith("/webhooks", StringComparison.Ordinal)
                ),
            e => Assert.NotEmpty(e.Rights.Roles)
        );

    [Fact]
    public async Task A_refusal_says_why()
    {
        foreach (var (what, client) in await StrangersAsync())
        {
            using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
            var detail = (await Json(response, HttpStatusCode.Unauthorized)).GetProperty("detail").GetString();
            Assert.Equal(
                what switch
                {
                    "no token" => "Send 'Authorization: Bearer <token>'.",
                    "a token of another kind" => "Send the token as 'Authorization: Bearer <token>'.",
                    "an expired token" => "The token has expired.",
                    _ => "The token is unknown or revoked.",
                },
                detail
            );
        }
    }

    private async Task<IReadOnlyList<(string What, HttpClient Client)>> StrangersAsync()
    {
        async Task<(string Id, string Token)> Issue(object body)
        {
            using var response = await api.Owner.PostAsJsonAsync("/analysts/owner/tokens", body);
            var issued = await Json(response, HttpStatusCode.Created);
            return (issued.GetProperty("tokenId").GetString()!, issued.GetProperty("token").GetString()!);
        }

        var revoked = await Issue(new { });
        using var revocation = await api.Owner.DeleteAsync(new Uri($"/analysts/owner/tokens/{revoked.Id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revocation.StatusCode);
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(12);
        var expired = await Issue(new { expiresAt });
        var basic = new HttpClient
        {
            BaseAddress = api.Nobody.BaseAddress,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", "b3duZXI6b3duZXI=") },
        };
        using var expiring = api.Client(expired.Token);
        await Patience.UntilAsync(
            async () => (await expiring.GetAsync(new Uri("/me", UriKind.Relative))).StatusCode == HttpStatusCode.Unauthorized,
            () => "The token did not expire."
        );
        Assert.True(DateTimeOffset.UtcNow >= expiresAt);
        return
        [
            ("no token", api.Nobody),
            ("a bad token", api.Client("fc_" + new string('0', 64))),
            ("a token longer than any", api.Client(new string('a', 10_000))),
            ("an expired token", api.Client(expired.Token)),
            ("a revoked token", api.Client(revoked.Token)),
            ("a token of another kind", basic),
            ("an unsigned JWT", api.Client("eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.")),
        ];
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string pattern)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            System.Text.RegularExpressions.Regex.Replace(
                pattern,
                @"\{[^}]+\}",
                m => m.Value.Contains(":long", StringComparison.Ordinal) ? "1" : "nothing-of-this-name"
            )
        );
        if (method is "POST" or "PUT")
            request.Content = Body("{}");
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static bool IsProblem(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == "application/problem+json";

    private IEnumerable<RouteEndpoint> AllEndpoints() => api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(string Method, string Pattern, Rights Rights)> Endpoints() =>
        from endpoint in AllEndpoints()
        let rights = endpoint.Metadata.NamedRights()
        where rights is not null
        from method in Methods(endpoint)
        select (method, Pattern(endpoint), rights);

    private static IEnumerable<string> Names(RouteEndpoint endpoint) => Methods(endpoint).Select(m => $"{m} {Pattern(endpoint)}");

    private static IReadOnlyList<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static string Spelling(Role role) => JsonNamingPolicy.CamelCase.ConvertName(role.ToString());

    /// <summary>The service with an endpoint whose author forgot to say who may use it.</summary>
    public sealed class WithAnUnmarkedEndpoint : ServedApi
    {
        /// <summary>A client whose answers are not held against the description, which tells of the service's own endpoints alone.</summary>
        public HttpClient Plain => field ??= new HttpClient { BaseAddress = Nobody.BaseAddress };

        protected override void Extend(WebApplication app) => app.MapGet("/unmarked", () => Results.Ok()).ExcludeFromDescription();
    }
}
