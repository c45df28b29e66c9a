using Api.Authorization;
using Api.Endpoints;
using Api.Requests;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Shows a webhook.</summary>
public static class Show
{
    /// <summary>Maps <c>GET /webhooks/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/webhooks/{id}", GetAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<WebhookAnswer>();

    /// <summary>Show a webhook</summary>
    public static Task<IResult> GetAsync(string id, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WebhookEndpoints.WithAsync(
            id,
            http,
            session,
            async webhook =>
                EntityTags.Tagged(http, WebhookAnswer.Of(webhook, WebhookEndpoints.Since(await deliveries.FailingAsync([id], http.RequestAborted), id)))
        );
}
