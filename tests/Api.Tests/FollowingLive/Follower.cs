using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Samples;

namespace Api.Tests.FollowingLive;

/// <summary>A reader of /live: .NET's own parser of server-sent events, over a real connection.</summary>
public sealed class Follower : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private Follower(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _parser = SseParser.Create(body);
        _items = _parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public string LastEventId => _parser.LastEventId;

    /// <summary>Opens a stream that the service has begun to answer.</summary>
    public static async Task<Follower> OpenAsync(HttpClient client, string query = "", string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/live" + query);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, await ErrorAsync(response));
        return new Follower(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the stream's end.</summary>
    public async Task<LiveItem?> NextAsync()
    {
        if (!await _items.MoveNextAsync().AsTask().WaitAsync(Patience.Longest))
            return null;
        var item = _items.Current;
        var data = JsonElement.Parse(item.Data);
        return new LiveItem(item.EventType == "dropped" ? 0 : long.Parse(_parser.LastEventId, CultureInfo.InvariantCulture), item.EventType, data);
    }

    public async Task<IReadOnlyList<LiveItem>> TakeAsync(int count)
    {
        var items = new List<LiveItem>();
        while (items.Count < count && await NextAsync() is { } item)
            items.Add(item);
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        await Task.CompletedTask;
    }

    private static async Task<string> ErrorAsync(HttpResponseMessage response) =>
        response.IsSuccessStatusCode ? "" : $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}";
}

/// <summary>One item of a live stream as a reader receives it.</summary>
public sealed record LiveItem(long Id, string Type, JsonElement Data);
