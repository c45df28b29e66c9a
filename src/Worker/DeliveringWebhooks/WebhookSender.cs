using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Store.Webhooks;

namespace Worker.DeliveringWebhooks;

/// <summary>The result of one attempt.</summary>
/// <param name="Attempt">The entry for the log.</param>
/// <param name="RetryAfter">How long the receiver asks to wait, if it does.</param>
public sealed record SendResult(DeliveryAttempt Attempt, TimeSpan? RetryAfter)
{
    /// <summary>Whether the receiver accepted the message.</summary>
    public bool Succeeded => Attempt.Error is null;

    /// <summary>Whether the receiver reports that it is gone for good.</summary>
    public bool Gone => Attempt.Status == (int)HttpStatusCode.Gone;
}

/// <summary>Posts to webhooks, and only to addresses on the public internet.</summary>
public sealed class WebhookSender : IDisposable
{
    private readonly WebhookOptions _options;
    private readonly TimeProvider _clock;
    private readonly WebhookSecrets _secrets;
    private readonly HttpClient _client;

    /// <summary>Creates a sender with its own connection pool.</summary>
    /// <param name="options">How deliveries are made.</param>
    /// <param name="secrets">Opens the keys that messages are signed with.</param>
    /// <param name="clock">The clock for signatures.</param>
    public WebhookSender(WebhookOptions options, WebhookSecrets secrets, TimeProvider clock)
    {
        (_options, _secrets, _clock) = (options, secrets, clock);
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                // A redirect or a proxy would lead to an address that has not been checked.
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

    /// <summary>What is wrong with an address to be registered, in a sentence; null if nothing is.</summary>
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

    /// <summary>Posts one message and waits for the head of the response. At most a few bytes of its body are read.</summary>
    /// <param name="webhook">The webhook.</param>
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
            // The owner sees network errors in the product's own words. The original messages would describe this network.
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

    /// <summary>Checks the address that is actually connected to. A name can resolve differently than at its registration.</summary>
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
