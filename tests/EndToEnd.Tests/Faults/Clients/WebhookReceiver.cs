using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using EndToEnd.Tests.Faults.History;

namespace EndToEnd.Tests.Faults.Clients;

/// <summary>Takes deliveries. A few it refuses, or never answers, the first time that they come, so that they come again.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HistoryRecorder _recorder;
    private readonly ConcurrentQueue<DeliveryReceived> _received = [];
    private readonly ConcurrentDictionary<string, string> _webhooks = [];
    private readonly HashSet<string> _seen = [];
    private readonly List<HttpListenerContext> _unanswered = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _listening;

    public WebhookReceiver(HistoryRecorder recorder)
    {
        _recorder = recorder;
        Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Waiting.FreePort()}/");
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _listening = ListenAsync();
    }

    /// <summary>Where it listens; each webhook has a path of its own below.</summary>
    public string Address { get; }

    /// <summary>Says which webhook posts to a path.</summary>
    public void Name(string path, string webhook) => _webhooks[path] = webhook;

    /// <summary>
    /// Takes down everything that came. Only then is it known which webhook each is of: a delivery may come before its registration is answered.
    /// </summary>
    public void Keep()
    {
        foreach (var delivery in _received)
            _recorder.Keep(delivery with { Webhook = _webhooks.GetValueOrDefault(delivery.Webhook, delivery.Webhook) });
    }

    public async ValueTask DisposeAsync()
    {
        // A sender that was killed in the middle of a delivery would be waited for without end.
        await _closing.CancelAsync();
        _listener.Abort();
        await _listening;
        _closing.Dispose();
    }

    private async Task ListenAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await TakeAsync(await _listener.GetContextAsync().WaitAsync(_closing.Token)).WaitAsync(_closing.Token);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // A sender that went away; its delivery comes again.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task TakeAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var body = await reader.ReadToEndAsync();
        var id = context.Request.Headers["webhook-id"] ?? "";
        var path = context.Request.Url!.AbsolutePath.Trim('/');
        // One that is not answered holds up those after it, so it is rare.
        var turn = _seen.Add(path + id) ? id.Sum(c => c) % 300 : int.MaxValue;
        int? status = turn switch
        {
            0 => null,
            < 6 => 503,
            _ => 204,
        };
        _received.Enqueue(new DeliveryReceived(path, _recorder.NextDelivery(), DateTimeOffset.UtcNow, id, body, status));
        if (status is null)
        {
            // Its sender gives up after a while. To abort it would send an answer all the same.
            _unanswered.Add(context);
            return;
        }

        context.Response.StatusCode = status.Value;
        context.Response.Close();
    }
}
