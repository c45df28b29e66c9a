using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Store.Webhooks;

namespace Worker.DeliveringWebhooks;

/// <summary>What became of one attempt.</summary>
/// <param name="Attempt">For the log.</param>
/// <param name="RetryAfter">How long the receiver wants to be left alone, if it says so.</param>
public sealed record SendResult(DeliveryAttempt Attempt, TimeSpan? RetryAfter)
{
    /// <summary>Whether the receiver took the message.</summary>
    public bool Succeeded => Attempt.Error is null;

    /// <summary>Whether the receiver says that nobody will ever listen there again.</summary>
    public bool Gone => Attempt.Status == (int)HttpStatusCode.Gone;
}

/// <summary>Posts to webhooks, and to nothing that is not on the public internet.</summary>
public sealed class WebhookSender : IDisposable
{
    private readonly WebhookOptions _options;
    private readonly TimeProvider _clock;
    private readonly WebhookSecrets _secrets;
    private readonly HttpClient _client;

    /// <summary>Makes a sender with a connection pool of its own.</summary>
    /// <param name="options">How deliveries are made.</param>
    /// <param name="secrets">Opens the keys that messages are signed with.</param>
    /// <param name="clock">The clock that signatures go by.</param>
    public WebhookSender(WebhookOptions options, WebhookSecrets secrets, TimeProvider clock)
    {
        (_options, _secrets, _clock) = (options, secrets, clock);
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                // A redirect or a proxy would lead to an address that nobody has looked at.
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(Math.Min(5, options.TimeoutSeconds)),
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                MaxResponseHeadersLength = 16,
                ConnectCallback = ConnectAsync,
            }
        )
        {
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Forecasts-Webhooks", "1.0"));
    }

    /// <summary>What is wrong with an address that somebody wants to register, in a sentence; null where nothing is.</summary>
    public async Task<string?> CheckAsync(string url, CancellationToken token)
    {
        if (
            url.Length > 2_000
            || !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.HostNameType == UriHostNameType.Unknown
            || address.Host.Length == 0
        )
        {
            return "A url is absolute and has at most 2,000 characters, for example https://example.org/hooks/forecasts.";
        }

        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && _options.AllowPrivateAddresses))
            return "Deliveries go over https.";
        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
            return "A url carries no user name, password or fragment; deliveries are signed instead.";
        try
        {
            var resolved = await Dns.GetHostAddressesAsync(address.DnsSafeHost, token).WaitAsync(TimeSpan.FromSeconds(5), token);
            return resolved.Length > 0 && (_options.AllowPrivateAddresses || resolved.All(PublicAddresses.IsPublic))
                ? null
                : $"'{address.Host}' is not on the public internet; deliveries go nowhere else.";
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return $"'{address.Host}' cannot be found; give a name that resolves.";
        }
    }

    /// <summary>Posts one message and waits for the answer's head; at most a few of its body's bytes are taken.</summary>
    /// <param name="webhook">Whom to tell.</param>
    /// <param name="id">The message's id, the same at every attempt.</param>
    /// <param name="body">The message.</param>
    /// <param name="token">Ends the attempt when the service stops.</param>
    public async Task<SendResult> SendAsync(Webhook webhook, string id, byte[] body, CancellationToken token)
    {
        var (at, watch) = (_clock.GetUtcNow(), Stopwatch.StartNew());
        SendResult Result(int? status, string? error, TimeSpan? retryAfter = null) =>
            new(new DeliveryAttempt(at, Math.Round(watch.Elapsed.TotalMilliseconds, 1), status, error), retryAfter);
        if (_secrets.Open(webhook) is not { } secret)
            return Result(null, "The secret was sealed with another Webhooks:SecretKey than the worker has.");
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var timestamp = at.ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secret, id, timestamp, body));
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            var status = (int)response.StatusCode;
            return Result(
                status,
                status switch
                {
                    >= 200 and < 300 => null,
                    >= 300 and < 400 => "The receiver answered with a redirect, and redirects are not followed.",
                    _ => $"The receiver answered {status}.",
                },
                response.Headers.RetryAfter?.Delta
            );
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return Result(null, $"No answer within {_options.TimeoutSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            // What the network says of itself is told to the owner in the product's words: its own would describe the inside of ours.
            return Result(
                null,
                e.InnerException is NotPublicException
                    ? "The address is not on the public internet."
                    : e.HttpRequestError switch
                    {
                        HttpRequestError.NameResolutionError => "The name could not be resolved.",
                        HttpRequestError.ConnectionError => "No connection could be made.",
                        HttpRequestError.SecureConnectionError => "The certificate was not accepted, or TLS failed otherwise.",
                        _ => "The receiver did not speak HTTP as it should, or hung up.",
                    }
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Looks at the address that is really connected to: a name can resolve differently from when it was registered.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, token);
        if (!_options.AllowPrivateAddresses)
        {
            addresses = Array.FindAll(addresses, PublicAddresses.IsPublic);
            if (addresses.Length == 0)
                throw new NotPublicException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class NotPublicException() : IOException("Not on the public internet.");
}
