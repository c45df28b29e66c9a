using System.Net.Http.Headers;
using Domain.Ledger.Text;
using Signing;

namespace Worker.Timestamping;

/// <summary>Asks a time-stamping authority, by RFC 3161, section 3.4.</summary>
public sealed class TimestampClient : IDisposable
{
    private const int MostBytes = 1 << 20;

    private readonly Uri _address;
    private readonly HttpClient _client;

    /// <summary>A client with its own connections.</summary>
    /// <param name="address">The authority.</param>
    /// <param name="timeout">The longest that it is waited for.</param>
    public TimestampClient(Uri address, TimeSpan timeout)
    {
        _address = address;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        };
        _client = new HttpClient(handler) { Timeout = timeout, MaxResponseContentBufferSize = MostBytes };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Forecasts-Ledger", "1.0"));
    }

    /// <summary>Has the time of some bytes stamped.</summary>
    /// <param name="data">The bytes; the authority is sent their hash alone.</param>
    /// <param name="token">Ends the asking.</param>
    public async Task<Parsed<TimeStamp>> StampAsync(byte[] data, CancellationToken token)
    {
        var query = new TimeStampQuery(data);
        try
        {
            using var content = new ByteArrayContent(query.Encode());
            content.Headers.ContentType = new MediaTypeHeaderValue(TimeStampQuery.MediaType);
            using var response = await _client.PostAsync(_address, content, token);
            return response.IsSuccessStatusCode
                ? query.Read(await response.Content.ReadAsByteArrayAsync(token))
                : new Malformed($"The authority answered {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !token.IsCancellationRequested)
        {
            return new Malformed(e is TaskCanceledException ? "The authority did not answer in time" : "The authority does not answer");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
