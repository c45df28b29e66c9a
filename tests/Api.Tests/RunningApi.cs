using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Alba;
using Api.Running;
using Microsoft.AspNetCore.Builder;
using PostgresServer;
using Samples;

namespace Api.Tests;

/// <summary>The whole service over real sockets, for what depends on the server: its limits, its streams, a client's pace, raw requests.</summary>
public class ServedApi : RunningApi
{
    protected override bool OverSockets => true;
}

/// <summary>The whole service on a database of its own, with its worker beside it. Requests reach it in memory.</summary>
public class RunningApi : IAsyncLifetime
{
    private TestDatabase? _own;
    private TestDatabase _database = null!;
    private string _token = null!;
    private Uri _address = null!;
    private WebApplication _app = null!;
    private IAlbaHost? _inMemory;

    /// <summary>Whether requests come over real sockets.</summary>
    protected virtual bool OverSockets => false;

    /// <summary>What this service is told beyond the usual, as command-line arguments.</summary>
    protected virtual IReadOnlyList<string> Settings => [];

    /// <summary>Adds endpoints beyond the service's own.</summary>
    protected virtual void Extend(WebApplication app) { }

    public string ConnectionString => _database.ConnectionString;

    public IServiceProvider Services => _app.Services;

    /// <summary>What the service says of itself.</summary>
    public WrittenContract Contract { get; private set; } = null!;

    public HttpClient Owner { get; private set; } = null!;

    public HttpClient Nobody { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        _database = _own = await TestDatabase.CreateAsync();
        _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        await StartAsync(Settings);
    }

    /// <summary>A second node of the service, on the same database.</summary>
    /// <param name="worker">Whether it has a worker beside it.</param>
    public async Task<RunningApi> AnotherNodeAsync(bool worker = false)
    {
        var node = OverSockets ? new ServedApi() : new RunningApi();
        (node._database, node._token) = (_database, _token);
        await node.StartAsync([.. Settings, "--Worker:InProcess", worker ? "true" : "false"]);
        return node;
    }

    private async Task StartAsync(IReadOnlyList<string> settings)
    {
        var prepared = await ForecastsApi.PrepareAsync([
            "--urls",
            "http://127.0.0.1:0",
            "--ConnectionStrings:Forecasts",
            _database.ConnectionString,
            "--Access:OwnerToken",
            _token,
            "--Logging:LogLevel:Default",
            "Error",
            "--Logging:LogLevel:Marten",
            "None",
            .. settings,
        ]);
        void Map(WebApplication app)
        {
            _app = app;
            prepared.Map(app);
            Extend(app);
        }

        if (OverSockets)
        {
            var app = prepared.Builder.Build();
            Map(app);
            await app.StartAsync();
            _address = new Uri(app.Urls.First());
        }
        else
        {
            _inMemory = await AlbaHost.For(prepared.Builder, Map);
            _address = _inMemory.Server.BaseAddress;
        }

        using (var plain = new HttpClient(Road()) { BaseAddress = _address })
            Contract = await WrittenContract.OfAsync(plain);
        Nobody = new HttpClient(new HeldToContract(Contract, Road())) { BaseAddress = _address };
        Owner = Client(_token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _app.StopAsync();
        if (_inMemory is not null)
            await _inMemory.DisposeAsync();
        await _app.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
    }

    /// <summary>A client whose every answer is held against the API's own description.</summary>
    public HttpClient Client(string token) =>
        new(new HeldToContract(Contract, Road()))
        {
            BaseAddress = _address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };

    /// <summary>What takes a client's requests to the service, whose answers are not looked at on the way.</summary>
    public HttpMessageHandler Road() =>
        _inMemory is not null ? _inMemory.Server.CreateHandler() : new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All };

    /// <summary>How many events requests brought about; what the worker does by itself, as with the catalogue, goes on meanwhile.</summary>
    public Task<long> EventsAsync() => ScalarAsync<long>("select count(*) from forecasts.mt_events where user_name is distinct from 'worker'");

    public Task<T> ScalarAsync<T>(string sql) => _database.ScalarAsync<T>(sql);

    /// <summary>Runs a statement in a transaction that stays open until what is returned is disposed of.</summary>
    public Task<IAsyncDisposable> HoldAsync(string sql) => _database.HoldAsync(sql);

    /// <summary>The service as somebody new, with these roles.</summary>
    public async Task<HttpClient> AsAsync(string name, params string[] roles)
    {
        using var response = await Owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = name,
                name,
                roles,
            }
        );
        return Client((await Json(response, HttpStatusCode.Created)).GetProperty("token").GetString()!);
    }

    /// <summary>An open question that closes far ahead: binary, unless what is given says otherwise.</summary>
    public Task OpenQuestionAsync(string slug, object? extra = null) =>
        OpenQuestionAsync(slug, JsonSerializer.SerializeToElement(extra ?? new { }).Deserialize<Dictionary<string, JsonElement>>()!);

    public async Task OpenQuestionAsync(string slug, Dictionary<string, JsonElement> extra)
    {
        await DraftQuestionAsync(slug, extra);
        using var opened = await Owner.PostAsync($"/questions/{slug}/open", null);
        await Json(opened, HttpStatusCode.OK);
    }

    /// <summary>A draft that would close far ahead.</summary>
    public async Task DraftQuestionAsync(string slug, Dictionary<string, JsonElement>? extra = null)
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
        foreach (var (field, value) in extra ?? new())
            draft[field] = value;
        using var drafted = await Owner.PostAsJsonAsync("/questions", draft);
        await Json(drafted, HttpStatusCode.Created);
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

    /// <summary>Asks again and again until the answer fulfils the condition, for some minutes at most.</summary>
    public async Task<JsonElement> EventuallyAsync(string url, Func<JsonElement, bool> condition)
    {
        var (answer, last) = (default(JsonElement), "");
        await Patience.UntilAsync(
            async () =>
            {
                using var response = await Owner.GetAsync(new Uri(url, UriKind.Relative));
                last = $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
                if (response.StatusCode != HttpStatusCode.OK)
                    return false;
                answer = await Json(response, HttpStatusCode.OK);
                return condition(answer);
            },
            () => $"{url} still answers {last}"
        );
        return answer;
    }

    /// <summary>
    /// Waits until everything that was recorded before has had its consequences: what has an outcome is scored, and the views have read all of it.
    /// </summary>
    public async Task SettledAsync()
    {
        string? lacking = null;
        await Patience.UntilAsync(
            async () =>
            {
                lacking = await ScalarAsync<string?>(
                    """
                    select string_agg(lacking, ', ') from (
                        select q.slug || ' is not scored' as lacking from forecasts.mt_doc_question q left join forecasts.mt_streams s
                            on s.id = 'scoring/' || q.slug
                        where q.status in ('Resolved', 'Annulled') and s.id is null
                        union all
                        select question || ' waits to be scored' from forecasts.pending_scorings
                        union all
                        select 'scorings are followed up to ' || f.upto || ' of ' || e.last
                        from (select coalesce(max(seq_id), 0) as last from forecasts.mt_events where type = 'question_scored') e,
                            (select coalesce(max(upto), 0) as upto from forecasts.followed_scorings) f where f.upto < e.last
                        union all
                        select p.name || ' is at ' || p.last_seq_id || ' of ' || e.last
                        from (select max(seq_id) as last from forecasts.mt_events) e, forecasts.mt_event_progression p where p.name like '%:All'
                            and p.last_seq_id < e.last
                        union all
                        select 'the views have not begun' where (select count(*) from forecasts.mt_event_progression where name like '%:All') < 5) l
                    """
                );
                return lacking is null;
            },
            () => lacking
        );
    }

    /// <summary>Confirms what waits on a question, whatever it is.</summary>
    public static async Task<HttpResponseMessage> ConfirmAsync(HttpClient person, string slug)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/questions/{slug}/resolution/confirm") { Headers = { { "If-Match", "*" } } };
        return await person.SendAsync(request);
    }

    public static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");
}
