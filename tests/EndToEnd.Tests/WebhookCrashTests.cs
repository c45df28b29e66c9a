using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>Webhooks across a kill of the worker.</summary>
public sealed class WebhookCrashTests
{
    private const string Token = "a-token-that-only-this-test-uses-9876543210";
    private const int Questions = 5;

    [Fact]
    public async Task Killed_while_it_delivers_it_delivers_everything_after_the_next_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString };
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] arguments =
        [
            "--urls",
            address,
            "--Access:OwnerToken",
            Token,
            "--Catalogue:Load",
            "false",
            "--Webhooks:AllowPrivateAddresses",
            "true",
            "--Webhooks:LeaseSeconds",
            "12",
            "--Webhooks:TimeoutSeconds",
            "10",
            "--Webhooks:SecretKey",
            Convert.ToBase64String(new byte[32]),
        ];
        using var owner = Waiting.Client(address, Token);
        using var receiver = new HttpListener();
        var receiverAddress = $"http://127.0.0.1:{Waiting.FreePort()}/";
        receiver.Prefixes.Add(receiverAddress);
        receiver.Start();
        var (came, answered, deaf) = (new ConcurrentQueue<string>(), new ConcurrentDictionary<string, int>(), true);
        var listening = Task.Run(async () =>
        {
            while (receiver.IsListening && await receiver.GetContextAsync() is { } context)
            {
                using var body = JsonDocument.Parse(context.Request.InputStream);
                var question = body.RootElement.GetProperty("data").GetProperty("question").GetString()!;
                came.Enqueue(question + " " + context.Request.Headers["webhook-id"]);
                if (Volatile.Read(ref deaf))
                    continue;
                answered.AddOrUpdate(question, 1, (_, n) => n + 1);
                context.Response.StatusCode = 204;
                context.Response.Close();
            }
        });

        await using (var api = ProductProcess.Start("Api", environment, arguments))
        {
            await Waiting.ReadyAsync(owner);
            using var registered = await owner.PostAsJsonAsync("/webhooks", new { url = receiverAddress, events = new[] { "QuestionDrafted" } });
            Assert.True(registered.StatusCode == HttpStatusCode.Created, await registered.Content.ReadAsStringAsync());
            for (var i = 0; i < Questions; i++)
                await DraftAsync(owner, $"q{i}");
            await Waiting.UntilAsync(() => Task.FromResult(came.IsEmpty ? null : "came"), "Nothing was delivered.");
            await api.KillAsync();
        }

        Assert.Empty(answered);
        Volatile.Write(ref deaf, false);
        await using (var again = ProductProcess.Start("Api", environment, arguments))
        {
            await Waiting.UntilAsync(() => Task.FromResult(answered.Count == Questions ? "all" : null), "Something was lost.");
            Assert.Equal(Enumerable.Range(0, Questions).Select(i => $"q{i}"), answered.Keys.Order(StringComparer.Ordinal));
            // What was under way when it was killed came again under its id, and nothing else came twice.
            Assert.Equal(Questions, came.Distinct().Count());
            Assert.Equal(came.First(), came.GroupBy(c => c).Single(g => g.Count() > 1).Key);
        }

        receiver.Close();
        await listening.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task DraftAsync(HttpClient owner, string slug)
    {
        var now = DateTimeOffset.UtcNow;
        using var response = await owner.PostAsJsonAsync(
            "/questions",
            new
            {
                slug,
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = now,
                closesAt = now.AddDays(1),
                resolvesBy = now.AddDays(2),
            }
        );
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
