using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Api.Tests.Lifecycle;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>People come in by an OpenID Connect provider: a real one, over HTTP, with a key of its own.</summary>
public sealed class IdentityProviderTests(IdentityProviderTests.WithProvider api) : IClassFixture<IdentityProviderTests.WithProvider>
{
    [Fact]
    public async Task Somebody_comes_in_with_the_roles_that_the_provider_gives_and_is_registered_once()
    {
        using var client = api.Client(api.Provider.Token("subject-1", "Grace", ["forecasting-staff", "something-else"]));
        await api.OpenQuestionAsync("provided");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.GetAsync(new Uri("/me", UriKind.Relative))));
        foreach (var answer in answers)
        {
            var me = await Json(answer, HttpStatusCode.OK);
            Assert.Equal(("grace", "analyst"), (me.GetProperty("analyst").GetString(), me.GetProperty("roles")[0].GetString()));
        }

        using var forecast = await client.PutAsJsonAsync("/questions/provided/forecast", new { probability = 0.5 });
        await Json(forecast, HttpStatusCode.Created);
        using var drafted = await client.PostAsJsonAsync("/questions", new { });
        Assert.Equal(HttpStatusCode.Forbidden, drafted.StatusCode);
        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'analyst/grace'"));
    }

    [Fact]
    public async Task A_change_of_roles_at_the_provider_holds_with_the_next_token_and_is_recorded()
    {
        using var before = api.Client(api.Provider.Token("subject-2", "linus", ["forecasting-staff"]));
        using var after = api.Client(api.Provider.Token("subject-2", "linus", ["question-desk"]));
        foreach (var (client, role) in new[] { (before, "analyst"), (after, "editor") })
        {
            using var me = await client.GetAsync(new Uri("/me", UriKind.Relative));
            Assert.Equal(role, (await Json(me, HttpStatusCode.OK)).GetProperty("roles")[0].GetString());
        }

        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'analyst/linus' and type = 'roles_changed'"));
    }

    [Fact]
    public async Task Somebody_who_changes_the_user_name_is_the_same_person_and_cannot_confirm_their_own_proposal()
    {
        using var before = api.Client(api.Provider.Token("subject-4", "dana", ["outcome-desk"]));
        using var renamed = api.Client(api.Provider.Token("subject-4", "dana-the-second", ["outcome-desk"]));
        await api.OpenQuestionAsync("renamed");
        var proposed = await before.DoAsync("/questions/renamed/resolution", Asking.Outcome("yes"));

        Assert.Equal("dana", await NameAsync(renamed));
        var proposal = proposed.GetProperty("proposal").GetProperty("id").GetGuid();
        Assert.Equal(HttpStatusCode.Forbidden, (await renamed.CommandAsync("/questions/renamed/resolution/confirm", new { proposal })).Status);
        Assert.Equal("proposed", (await api.GetAsync("/questions/renamed")).GetProperty("status").GetString());
        Assert.Equal(0, await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'analyst/dana-the-second'"));
    }

    [Fact]
    public async Task One_identity_under_many_names_at_once_is_registered_once()
    {
        var clients = Enumerable.Range(0, 10).Select(i => api.Client(api.Provider.Token("subject-5", $"many-{i}", ["outcome-desk"]))).ToList();

        var names = await Task.WhenAll(clients.Select(NameAsync));

        Assert.Single(names.Distinct());
        Assert.Equal(
            1,
            await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'analyst_registered' and stream_id like 'analyst/many-%'")
        );
    }

    [Fact]
    public async Task An_identity_that_an_earlier_version_registered_is_found_by_its_event()
    {
        using var before = api.Client(api.Provider.Token("subject-6", "erin", ["outcome-desk"]));
        Assert.Equal("erin", await NameAsync(before));
        await api.ScalarAsync<long>("with gone as (delete from forecasts.identities where analyst = 'erin' returning 1) select count(*) from gone");

        using var renamed = api.Client(api.Provider.Token("subject-6", "Erin Renamed", ["outcome-desk"]));

        Assert.Equal("erin", await NameAsync(renamed));
        Assert.Equal(1, await api.ScalarAsync<long>("select count(*) from forecasts.identities where analyst = 'erin'"));
    }

    [Theory]
    [InlineData("another's name")]
    [InlineData("expired")]
    [InlineData("another audience")]
    [InlineData("another issuer")]
    [InlineData("another key")]
    [InlineData("a symmetric key")]
    [InlineData("no name")]
    public async Task A_token_that_does_not_hold_is_refused(string what)
    {
        var provider = api.Provider;
        using var forger = RSA.Create(2048);
        var token = what switch
        {
            "another's name" => provider.Token("subject-3", "owner", ["everything"]),
            "expired" => provider.Token("subject-3", "eve", [], expiresIn: TimeSpan.FromMinutes(-10)),
            "another audience" => provider.Token("subject-3", "eve", [], audience: "elsewhere"),
            "another issuer" => provider.Token("subject-3", "eve", [], issuer: "https://example.org"),
            "another key" => provider.Token("subject-3", "eve", [], key: new RsaSecurityKey(forger) { KeyId = "key-1" }),
            "a symmetric key" => provider.Token(
                "subject-3",
                "eve",
                [],
                key: new SymmetricSecurityKey(provider.PublicKey) { KeyId = "key-1" },
                algorithm: SecurityAlgorithms.HmacSha256
            ),
            _ => provider.Token("subject-3", "Eve Example", []),
        };
        var before = await EventsAsync();
        using var client = api.Client(token);
        using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.True(!text.Contains("IDX", StringComparison.Ordinal), text);
        if (what == "expired")
            Assert.True(text.Contains("has expired", StringComparison.Ordinal), text);
        Assert.Equal(before, await EventsAsync());
    }

    [Fact]
    public async Task Tokens_of_this_service_are_taken_beside()
    {
        using var response = await api.Owner.GetAsync(new Uri("/me", UriKind.Relative));
        Assert.Equal("owner", (await Json(response, HttpStatusCode.OK)).GetProperty("analyst").GetString());
    }

    private static async Task<string?> NameAsync(HttpClient client)
    {
        using var me = await client.GetAsync(new Uri("/me", UriKind.Relative));
        return (await Json(me, HttpStatusCode.OK)).GetProperty("analyst").GetString();
    }

    /// <summary>Events on people; the worker scores the catalogue meanwhile.</summary>
    private Task<long> EventsAsync() => api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id like 'analyst/%'");

    /// <summary>A service that takes tokens of an identity provider.</summary>
    public sealed class WithProvider : RunningApi
    {
        public Provider Provider { get; } = new();

        protected override IReadOnlyList<string> Settings =>
            [
                "--Access:Authority",
                Provider.Issuer,
                "--Access:RequireHttps",
                "false",
                "--Access:Audience",
                "forecasts-test",
                "--Access:RoleMapping:forecasting-staff",
                "analyst",
                "--Access:RoleMapping:question-desk",
                "editor",
                "--Access:RoleMapping:outcome-desk",
                "resolver",
            ];

        public override async ValueTask InitializeAsync()
        {
            await Provider.StartAsync();
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Provider.DisposeAsync();
        }
    }

    /// <summary>An OpenID Connect provider as far as an API needs one: its description, its keys, and tokens signed with them.</summary>
    public sealed class Provider : IAsyncDisposable
    {
        private readonly RSA _key = RSA.Create(2048);
        private WebApplication _app = null!;

        public string Issuer { get; private set; } = "";

        public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

        public async Task StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            _app = builder.Build();
            _app.MapGet(
                "/.well-known/openid-configuration",
                () => Results.Json(new Dictionary<string, object> { ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys" })
            );
            _app.MapGet(
                "/keys",
                () =>
                {
                    var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.ExportParameters(false)) { KeyId = "key-1" });
                    return Results.Json(
                        new
                        {
                            keys = new[]
                            {
                                new
                                {
                                    kty = jwk.Kty,
                                    kid = jwk.Kid,
                                    use = "sig",
                                    alg = "RS256",
                                    n = jwk.N,
                                    e = jwk.E,
                                },
                            },
                        }
                    );
                }
            );
            await _app.StartAsync();
            Issuer = _app.Urls.First();
        }

        public string Token(
            string subject,
            string name,
            string[] roles,
            TimeSpan? expiresIn = null,
            string audience = "forecasts-test",
            string? issuer = null,
            SecurityKey? key = null,
            string algorithm = SecurityAlgorithms.RsaSha256
        ) =>
            new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
                new SecurityTokenDescriptor
                {
                    Issuer = issuer ?? Issuer,
                    Audience = audience,
                    Expires = DateTime.UtcNow + (expiresIn ?? TimeSpan.FromMinutes(5)),
                    IssuedAt = DateTime.UtcNow.AddHours(-1),
                    Claims = new Dictionary<string, object>
                    {
                        ["sub"] = subject,
                        ["preferred_username"] = name,
                        ["roles"] = roles,
                    },
                    SigningCredentials = new SigningCredentials(key ?? new RsaSecurityKey(_key) { KeyId = "key-1" }, algorithm),
                }
            );

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _key.Dispose();
        }
    }
}
