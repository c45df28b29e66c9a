using System.Net.Http.Headers;
using System.Security.Cryptography;
using Api.Running;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using PostgresServer;
using Store.Appending;

namespace Api.Tests.FollowingLive;

/// <summary>Nodes of the service on one database, with an empty catalogue, so that nothing is recorded but what a test records.</summary>
public sealed class LiveNodes(params string[] settings) : IAsyncLifetime
{
    private readonly List<WebApplication> _nodes = [];

    public string OwnerToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public TestDatabase Database { get; private set; } = null!;

    public IDocumentStore Store => _nodes[0].Services.GetRequiredService<IDocumentStore>();

    public HttpClient Owner => Client(0, OwnerToken);

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        await StartNodeAsync();
    }

    /// <summary>Starts one more node and says its number; without a worker, which these tests have no use for.</summary>
    public async Task<int> StartNodeAsync()
    {
        var node = await ForecastsApi.BuildAsync([
            "--urls",
            "http://127.0.0.1:0",
            "--ConnectionStrings:Forecasts",
            Database.ConnectionString,
            "--Access:OwnerToken",
            OwnerToken,
            "--Logging:LogLevel:Default",
            "Error",
            "--Catalogue:Load",
            "false",
            "--Worker:InProcess",
            "false",
            "--Webhooks:SecretKey",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            .. settings,
        ]);
        await node.StartAsync();
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.StopAsync();
            await node.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    public HttpClient Client(int node, string? token) =>
        new()
        {
            BaseAddress = new Uri(_nodes[node].Urls.First()),
            DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
        };

    /// <summary>Records forecasts, one stream each, in one transaction.</summary>
    public async Task RecordAsync(string question, IEnumerable<string> analysts, string? rationale = null)
    {
        await using var session = Store.LightweightSession();
        var now = DateTimeOffset.UtcNow.ToMicroseconds();
        foreach (var analyst in analysts)
        {
            session.Start<Forecast>(
                StreamKeys.Forecast(new QuestionSlug(question), new ForecasterName(analyst)),
                [new ForecastSubmitted(new(question), new(analyst), ForecasterKind.Person, now, new Statement(Probability: 0.5), rationale, [], null)],
                now
            );
        }

        await session.SaveChangesAsync();
    }
}
