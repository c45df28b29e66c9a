using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Api.Running;
using Microsoft.AspNetCore.Builder;
using PostgresServer;

namespace Api.Tests;

/// <summary>The whole service on a database of its own, over real HTTP, with its worker beside it.</summary>
public class RunningApi : IAsyncLifetime
{
    private TestDatabase? _own;
    private TestDatabase _database = null!;
    private string _token = null!;
    private WebApplication _app = null!;

    /// <summary>What this service is told beyond the usual, as command-line arguments.</summary>
    protected virtual IReadOnlyList<string> Settings => [];

    public IServiceProvider Services => _app.Services;

    public HttpClient Owner { get; private set; } = null!;

    public HttpClient Nobody { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        _database = _own = await TestDatabase.CreateAsync();
        _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await StartAsync(Settings);
    }

    /// <summary>A second node of the service, on the same database.</summary>
    public async Task<RunningApi> AnotherNodeAsync()
    {
        var node = new RunningApi { _database = _database, _token = _token };
        await node.StartAsync([.. Settings, "--Worker:InProcess", "false"]);
        return node;
    }

    private async Task StartAsync(IReadOnlyList<string> settings)
    {
        _app = await ForecastsApi.BuildAsync(
        [
            "--urls", "http://127.0.0.1:0", "--ConnectionStrings:Forecasts", _database.ConnectionString, "--Access:OwnerToken", _token,
            "--Logging:LogLevel:Default", "Error", "--Logging:LogLevel:Marten", "None", .. settings,
        ]);
        await _app.StartAsync();
        Nobody = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        Owner = Client(_token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_own is not null) await _own.DisposeAsync();
    }

    public HttpClient Client(string token) =>
        new() { BaseAddress = Nobody.BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    public Task<long> EventsAsync() => ScalarAsync<long>("select count(*) from forecasts.mt_events");

    public Task<T> ScalarAsync<T>(string sql) => _database.ScalarAsync<T>(sql);

    /// <summary>Runs a statement in a transaction that stays open until what is returned is disposed of.</summary>
    public Task<IAsyncDisposable> HoldAsync(string sql) => _database.HoldAsync(sql);

    /// <summary>The service as somebody new, with these roles.</summary>
    public async Task<HttpClient> AsAsync(string name, params string[] roles)
    {
        using var response = await Owner.PostAsJsonAsync("/analysts", new { analyst = name, name, roles });
        return Client((await Json(response, HttpStatusCode.Created)).GetProperty("token").GetString()!);
    }

    /// <summary>An open question that closes far ahead: binary, unless what is given says otherwise.</summary>
    public Task OpenQuestionAsync(string slug, object? extra = null) =>
        OpenQuestionAsync(slug, JsonSerializer.SerializeToElement(extra ?? new { }).Deserialize<Dictionary<string, JsonElement>>()!);

    public async Task OpenQuestionAsync(string slug, Dictionary<string, JsonElement> extra)
    {
        var draft = new Dictionary<string, object?>
        {
            ["slug"] = slug,
            ["title"] = "Will it?",
            ["resolutionCriteria"] = "Yes if it does.",
            ["type"] = "binary",
            ["opensAt"] = DateTimeOffset.UtcNow.AddDays(-10),
            ["closesAt"] = DateTimeOffset.UtcNow.AddDays(10),
            ["resolvesBy"] = DateTimeOffset.UtcNow.AddDays(20),
        };
        foreach (var (field, value) in extra) draft[field] = value;
        using var drafted = await Owner.PostAsJsonAsync("/questions", draft);
        await Json(drafted, HttpStatusCode.Created);
        using var opened = await Owner.PostAsync($"/questions/{slug}/open", null);
        await Json(opened, HttpStatusCode.OK);
    }

    public static async Task<JsonElement> Json(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone();
    }

    public async Task<JsonElement> GetAsync(string url)
    {
        using var response = await Owner.GetAsync(new Uri(url, UriKind.Relative));
        return await Json(response, HttpStatusCode.OK);
    }

    /// <summary>Asks again and again until the answer fulfils the condition, for at most half a minute.</summary>
    public async Task<JsonElement> EventuallyAsync(string url, Func<JsonElement, bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var response = await Owner.GetAsync(new Uri(url, UriKind.Relative), patience.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var answer = await Json(response, HttpStatusCode.OK);
                if (condition(answer)) return answer;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    public static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
