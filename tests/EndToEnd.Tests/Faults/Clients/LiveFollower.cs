using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Follows <c>/live</c>, and goes on after the last id that it was told whenever it is cut off.</summary>
internal sealed class LiveFollower(int reader, IReadOnlyList<Uri> addresses, Person person, HistoryRecorder recorder)
{
    // A stream with nothing on it has a heartbeat every two seconds.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan BeforeNext = TimeSpan.FromMilliseconds(200);

    private long? _from;
    private long? _last;
    private long _order;

    /// <summary>The last id that it was told of; null while there was none.</summary>
    public long? Last => _last;

    /// <summary>Follows until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        for (var connection = 1; !stop.IsCancellationRequested; connection++)
        {
            try
            {
                await FollowAsync(http, connection, stop);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
            {
                // Cut off, or silent for too long, which is the same.
            }

            await Task.Delay(BeforeNext, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(HttpClient http, int connection, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(addresses[(reader + connection) % addresses.Count], "/live"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        if (_last is { } last)
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        silence.CancelAfter(Silence);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
        if (!response.IsSuccessStatusCode)
            return;
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(silence.Token));
        var (id, type, data) = ((long?)null, (string?)null, "");
        while (await lines.ReadLineAsync(silence.Token) is { } line)
        {
            silence.CancelAfter(Silence);
            if (line.Length == 0)
            {
                Take(connection, id, type, data);
                (id, type, data) = (null, null, "");
            }
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = long.Parse(line[4..], CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                type = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                data = line[6..];
            }
        }
    }

    private void Take(int connection, long? id, string? type, string data)
    {
        if (id is not { } told)
            return;
        if (type is not null)
            recorder.Keep(new LiveEventReceived(reader, connection, ++_order, DateTimeOffset.UtcNow, told, type, data));
        _from ??= told;
        _last = told;
        recorder.Keep(new LiveReading(reader, _from.Value, told));
    }
}
