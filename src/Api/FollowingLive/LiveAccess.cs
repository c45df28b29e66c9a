using Api.Http;

namespace Api.FollowingLive;

/// <summary>
/// Whether a reader may go on reading. Asked when an event says that the reader's rights or tokens changed, which is as soon as that event can
/// be followed (some tenths of a second), and with every heartbeat, which is how a token's expiry is noticed.
/// </summary>
public sealed class LiveAccess
{
    private readonly HttpContext _http;
    private readonly InnerRequests _inner;
    private readonly string? _analyst;

    private LiveAccess(HttpContext http, InnerRequests inner, string? analyst) => (_http, _inner, _analyst) = (http, inner, analyst);

    /// <summary>The access of a request that was let in: by name, or as everybody where reads are public.</summary>
    public static async Task<LiveAccess> OfAsync(HttpContext http, InnerRequests inner)
    {
        var me = http.Request.Headers.Authorization.Count == 0 ? null : await inner.AskAsync(http, "GET", "/me");
        return new LiveAccess(http, inner, me is { Succeeded: true, Body: { } body } ? body.GetProperty("analyst").GetString() : null);
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
