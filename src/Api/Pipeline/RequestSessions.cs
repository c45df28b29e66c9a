using Api.Authorization;
using Marten;
using Store.Idempotency;

namespace Api.Pipeline;

/// <summary>
/// Opens the sessions of a request: under the name of who calls and the request's trace, and in one transaction where the answer is kept.
/// </summary>
public sealed class RequestSessions(IDocumentStore store, IdempotentTransaction transaction, IHttpContextAccessor requests) : ISessionFactory
{
    /// <summary>
    /// Whether the request's answer is kept. Whoever records events by another way than this request's session must then take the session: what
    /// commits by itself has no answer beside it if the service dies before answering.
    /// </summary>
    public static bool KeepsAnswer(HttpContext http) => http.RequestServices.GetRequiredService<IdempotentTransaction>().IsOpen;

    public IQuerySession QuerySession() => transaction.IsOpen ? store.QuerySession(transaction.ForSession()) : store.QuerySession();

    public IDocumentSession OpenSession()
    {
        var session = transaction.IsOpen ? store.OpenSession(transaction.ForSession()) : store.LightweightSession();
        if (requests.HttpContext is not { } http)
            return session;
        if (http.CallerIfAny() is { } caller)
            session.LastModifiedBy = caller.Slug;
        session.IsTraced(http);
        return session;
    }
}
