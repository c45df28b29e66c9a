using Api.Authorization;
using Api.Pipeline;

namespace Api.Live;

/// <summary>
/// Whether a reader may go on reading. Asked when an event says that the reader's rights or tokens changed, which is as soon as that event can
/// be followed (some tenths of a second), with every heartbeat, and from the token's expiry on before anything more is written.
/// </summary>
public sealed class LiveAccess
{
    private readonly HttpContext _http;
    private readonly InProcessRequests _inner;
    private readonly string? _analyst;
    private readonly TimeProvider _clock;

    private LiveAccess(HttpContext http, InProcessRequests inner, string? analyst, TimeProvider clock) =>
        (_http, _inner, _analyst, _clock) = (http, inner, analyst, clock);

    /// <summary>Whether the token's own end has come.</summary>
    public bool IsOver => _http.TokenExpiry() <= _clock.GetUtcNow();

    /// <summary>The access of a request that was let in: by name, or as everybody where reads are public.</summary>
    public static async Task<LiveAccess> OfAsync(HttpContext http, InProcessRequests inner)
    {
        var me = http.Request.Headers.Authorization.Count == 0 ? null : await inner.AskAsync(http, "GET", "/me");
        return new LiveAccess(
            http,
            inner,
            me is { Succeeded: true, Body: { } body } ? body.GetProperty("analyst").GetString() : null,
            http.RequestServices.GetRequiredService<TimeProvider>()
        );
    }

    /// <summary>How long to wait for something to write, until it is time for a heartbeat or for a look at the token.</summary>
    public TimeSpan Wait(TimeSpan heartbeat)
    {
        var left = (_http.TokenExpiry() ?? DateTimeOffset.MaxValue) - _clock.GetUtcNow();
        // A provider's token is taken for some minutes beyond its end; the heartbeat looks then.
        return left > TimeSpan.Zero && left < heartbeat ? left + TimeSpan.FromMilliseconds(1) : heartbeat;
    }

    public bool Concerns(IReadOnlySet<string> changed) => _analyst is not null && changed.Contains(_analyst);

    /// <exception cref="DroppedException">The reader's token is no longer good.</exception>
    public async Task CheckAsync()
    {
        if (_analyst is not null && !(await _inner.AskAsync(_http, "GET", "/me")).Succeeded)
        {
            throw new DroppedException("Your token was revoked, has expired or gives no role any more.");
        }
    }
}
