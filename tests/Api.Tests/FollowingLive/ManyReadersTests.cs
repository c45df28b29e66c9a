using System.Net;
using System.Net.Sockets;
using System.Text;
using Samples;

namespace Api.Tests.FollowingLive;

/// <summary>Many readers of the live stream at once, on two nodes.</summary>
public sealed class ManyReadersTests
{
    private const int Readers = 200;
    private const int Forecasts = 10_000;
    private const int Writers = 8;
    private const int PerTransaction = 10;

    [Fact]
    public async Task Two_hundred_readers_on_two_nodes_each_see_each_of_ten_thousand_forecasts_once_and_in_order()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var nodes = new LiveNodes();
        await nodes.InitializeAsync();
        await nodes.StartNodeAsync();
        using var owner = nodes.Owner;
        await FollowingTests.OpenQuestionAsync(owner, "rain", "weather");
        using var clients = new Disposables<HttpClient>([nodes.Client(0, nodes.OwnerToken), nodes.Client(1, nodes.OwnerToken)]);
        var opened = await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => ReadAsync(clients.Items[i % 2], cancel)));

        // Transactions of several events, side by side, so that their numbers become visible out of order.
        await Task.WhenAll(
            Enumerable
                .Range(0, Writers)
                .Select(async writer =>
                {
                    for (var i = 0; i < Forecasts / Writers; i += PerTransaction)
                    {
                        await nodes.RecordAsync("rain", Enumerable.Range(i, PerTransaction).Select(n => $"w{writer}-{n}"));
                    }
                })
        );

        var seen = await Task.WhenAll(opened.Select(r => r.Seen)).WaitAsync(Patience.Longest, cancel);
        var recorded = new List<long>();
        await using (var session = nodes.Store.QuerySession())
        {
            recorded.AddRange(
                (
                    await Marten.QueryableExtensions.ToListAsync(
                        session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == "forecast_submitted").OrderBy(e => e.Sequence),
                        cancel
                    )
                ).Select(e => e.Sequence)
            );
        }

        Assert.Equal(Forecasts, recorded.Count);
        Assert.All(seen, s => Assert.Equal(recorded, s));
    }

    [Fact]
    public async Task A_reader_that_does_not_keep_up_is_dropped_with_a_reason_and_the_others_go_on()
    {
        await using var nodes = new LiveNodes("--Live:Window", "200", "--Live:WriteSeconds", "600");
        await nodes.InitializeAsync();
        using var owner = nodes.Owner;
        await FollowingTests.OpenQuestionAsync(owner, "rain", "weather");
        await using var quick = await Follower.OpenAsync(owner);
        // A socket that takes little until it is read from: what it does not take, the service holds back.
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var sluggish = new HttpClient(handler)
        {
            BaseAddress = owner.BaseAddress,
            DefaultRequestHeaders = { Authorization = owner.DefaultRequestHeaders.Authorization },
        };
        await using var slow = await Follower.OpenAsync(sluggish);

        var rationale = new string('x', 19_000);
        const int Batches = 80;
        for (var batch = 0; batch < Batches; batch++)
        {
            await nodes.RecordAsync("rain", Enumerable.Range(0, 20).Select(i => $"a{batch}-{i}"), rationale);
            Assert.Equal(20, (await quick.TakeAsync(20)).Count(e => e.Type == "ForecastSubmitted"));
        }

        var ids = new List<long>();
        LiveItem? item;
        while ((item = await slow.NextAsync()) is { Type: not "dropped" })
            ids.Add(item.Id);
        Assert.Equal("dropped", item?.Type);
        Assert.Contains("too slowly", item!.Data.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.InRange(ids.Count, 1, (Batches * 20) - 200);
        Assert.Equal(Enumerable.Range(0, ids.Count).Select(i => ids[0] + i), ids);
        Assert.Null(await slow.NextAsync());

        // What it missed is still there for it.
        await using var back = await Follower.OpenAsync(
            owner,
            lastEventId: item.Data.GetProperty("resumeAfter").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        var rest = await back.TakeAsync((Batches * 20) - ids.Count);
        Assert.Equal(ids[^1] + 1, rest[0].Id);
        Assert.Equal((Batches * 20) - ids.Count, rest.Select(e => e.Id).Distinct().Count());
    }

    /// <summary>Reads ids off the wire with as little work as can be, so that the readers and not their parser are what is tried.</summary>
    private static async Task<(Task<List<long>> Seen, HttpResponseMessage Response)> ReadAsync(HttpClient client, CancellationToken cancel)
    {
        var response = await client.GetAsync(new Uri("/live?type=ForecastSubmitted", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancel);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancel), Encoding.UTF8, false, 65_536);
        return (
            Task.Run(
                async () =>
                {
                    var seen = new List<long>(Forecasts);
                    long id = 0;
                    while (seen.Count < Forecasts && await lines.ReadLineAsync(cancel) is { } line)
                    {
                        if (line.StartsWith("id: ", StringComparison.Ordinal))
                            id = long.Parse(line.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture);
                        else if (line.StartsWith("event: ", StringComparison.Ordinal))
                            Assert.Equal("event: ForecastSubmitted", line);
                        else if (line.StartsWith("data: ", StringComparison.Ordinal))
                            seen.Add(id);
                    }

                    response.Dispose();
                    return seen;
                },
                cancel
            ),
            response
        );
    }

    private sealed class Disposables<T>(IReadOnlyList<T> items) : IDisposable
        where T : IDisposable
    {
        public IReadOnlyList<T> Items => items;

        public void Dispose()
        {
            foreach (var item in items)
                item.Dispose();
        }
    }
}
