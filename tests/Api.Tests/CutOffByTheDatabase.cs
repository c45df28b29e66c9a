using System.Collections.Concurrent;
using System.Net.Http.Json;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Connections to the database end while they are used: what was under way is told to try again, and nothing is said to be a fault.</summary>
public sealed class CutOffByTheDatabase(ServedApi api) : IClassFixture<ServedApi>
{
    private const int Writers = 6;

    [Fact]
    public async Task Connections_that_break_bring_503_and_lose_nothing_that_was_acknowledged()
    {
        await api.SettledAsync();
        for (var i = 0; i < Writers; i++)
            await api.OpenQuestionAsync($"cut-{i}");
        var (answers, faults, acknowledged) = (new ConcurrentDictionary<int, int>(), new ConcurrentBag<string>(), new int[Writers]);
        // The description knows no 500, and the faults are to be told apart here.
        using var owner = new HttpClient
        {
            BaseAddress = api.Owner.BaseAddress,
            DefaultRequestHeaders = { Authorization = api.Owner.DefaultRequestHeaders.Authorization },
        };
        using var enough = new CancellationTokenSource();
        async Task<bool> TriedAsync(Func<Task<HttpResponseMessage>> ask)
        {
            using var response = await ask();
            var status = (int)response.StatusCode;
            answers.AddOrUpdate(status, 1, (_, n) => n + 1);
            if (status >= 500 && status != 503)
                faults.Add($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {await response.Content.ReadAsStringAsync()}");
            if (status == 503)
                Assert.NotNull(response.Headers.RetryAfter);
            return response.IsSuccessStatusCode;
        }

        var load = Enumerable
            .Range(0, Writers)
            .SelectMany(i =>
                new[]
                {
                    Task.Run(async () =>
                    {
                        for (var n = 1; !enough.IsCancellationRequested; n++)
                        {
                            using var write = new HttpRequestMessage(HttpMethod.Put, $"/questions/cut-{i}/forecast")
                            {
                                Content = JsonContent.Create(new { probability = n % 100 / 100.0 }),
                            };
                            // Every other one has its answer kept, and so a transaction of its own.
                            if (n % 2 == 0)
                                write.Headers.Add("Idempotency-Key", $"cut-{i}-{n}");
                            if (await TriedAsync(() => owner.SendAsync(write)))
                                acknowledged[i]++;
                        }
                    }),
                    Task.Run(async () =>
                    {
                        string[] reads =
                        [
                            $"/questions/cut-{i}/forecasts",
                            $"/questions/cut-{i}",
                            "/audit/events?limit=50",
                            "/leaderboard",
                            "/calibration",
                            "/analysts",
                            $"/questions/cut-{i}/consensus",
                        ];
                        for (var n = 0; !enough.IsCancellationRequested; n++)
                            await TriedAsync(() => owner.GetAsync(new Uri(reads[n % reads.Length], UriKind.Relative)));
                    }),
                }
            )
            .ToList();

        // One connection of the service's that is at work, again and again.
        for (var cut = 0; cut < 60; )
        {
            cut += (int)
                await api.ScalarAsync<long>(
                    """
                    select count(pg_terminate_backend(pid)) from (
                        select pid from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid() and application_name like 'forecasts%' and state <> 'idle'
                        order by random() limit 1) busy
                    """
                );
            await Task.Yield();
        }

        // On a busy machine sixty cuts may come before somebody's first write.
        await Patience.UntilAsync(
            () => acknowledged.All(a => a != 0) || load.Any(t => t.IsCompleted),
            () => "Somebody wrote nothing.",
            TestContext.Current.CancellationToken
        );
        await enough.CancelAsync();
        await Task.WhenAll(load);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", answers.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}")));
        Assert.True(faults.IsEmpty, string.Join("\n", faults.Distinct().Take(20)));
        Assert.True(answers.ContainsKey(503), "Nothing was cut off.");
        for (var i = 0; i < Writers; i++)
        {
            Assert.True(acknowledged[i] > 0);
            Assert.InRange(
                await api.ScalarAsync<long>($"select count(*) from forecasts.mt_events where stream_id = 'forecast/cut-{i}/owner'"),
                acknowledged[i],
                long.MaxValue
            );
        }
    }
}
