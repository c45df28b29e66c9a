using Api.Authorization;
using Api.Requests;
using Marten;
using Npgsql;
using Store.Idempotency;
using Worker;

namespace Api.Pipeline;

/// <summary>
/// The one transaction of a request that saves several times: that of its kept answer where there is one, else one of its own. Nothing stands before
/// <see cref="CommitAsync"/>.
/// </summary>
public sealed class RequestTransaction : IAsyncDisposable
{
    private readonly IdempotentTransaction? _own;

    private RequestTransaction(IdempotentTransaction? own, IDocumentSession session) => (_own, Session) = (own, session);

    /// <summary>The session, under the name of who calls and the request's trace.</summary>
    public IDocumentSession Session { get; }

    /// <summary>Begins the transaction.</summary>
    public static async Task<RequestTransaction> BeginAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var services = http.RequestServices;
        if (RequestSessions.KeepsAnswer(http))
            return new RequestTransaction(null, services.GetRequiredService<IDocumentSession>());
        var own = new IdempotentTransaction(services.GetRequiredService<NpgsqlDataSource>());
        await own.BeginAsync(http.RequestAborted);
        var session = services.GetRequiredService<IDocumentStore>().OpenSession(own.ForSession());
        session.LastModifiedBy = http.Caller().Slug;
        session.IsTraced(http);
        return new RequestTransaction(own, session);
    }

    /// <summary>Commits what was saved, unless the kept answer does so later.</summary>
    /// <exception cref="PreconditionException">The caller named a version and the endpoint has looked at none.</exception>
    public async Task CommitAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        EntityTags.RefuseUnlooked(http);
        if (_own is not null)
            await _own.CommitUnansweredAsync(http.RequestAborted);
        Instrumentation.Appends.Add(1);
    }

    /// <summary>Rolls a transaction of its own back if it was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_own is null)
            return;
        await Session.DisposeAsync();
        await _own.DisposeAsync();
    }
}
