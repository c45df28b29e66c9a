using Api.Authorization;
using Api.Endpoints;
using Api.Requests;
using Marten;
using Store.Webhooks;
using Worker.Importing;

namespace Api.Webhooks;

/// <summary>Shows a delivery.</summary>
public static class ShowDelivery
{
    /// <summary>Maps <c>GET /webhooks/{id}/deliveries/{n}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/webhooks/{id}/deliveries/{n}", GetDeliveryAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<DeliveryAnswer>();

    /// <summary>Show a delivery</summary>
    public static Task<IResult> GetDeliveryAsync(string id, string n, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WebhookEndpoints.WithAsync(
            id,
            http,
            session,
            async _ =>
                WebhookEndpoints.Number(n) is { } number && await deliveries.FindAsync(id, number, http.RequestAborted) is { } found
                    ? EntityTags.Tagged(http, DeliveryAnswer.Of(found))
                    : WebhookEndpoints.MissingDelivery(id, n)
        );
}
