using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Delivers again.</summary>
public static class Replay
{
    /// <summary>Maps <c>POST /webhooks/{id}/deliveries/{n}/replay</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/{id}/deliveries/{n}/replay", ReplayAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<DeliveryAnswer>(202);

    /// <summary>Deliver again</summary>
    public static Task<IResult> ReplayAsync(string id, string n, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WebhookEndpoints.WithAsync(
            id,
            http,
            session,
            async _ =>
            {
                if (WebhookEndpoints.Number(n) is not { } number)
                    return WebhookEndpoints.MissingDelivery(id, n);
                if (await deliveries.ReplayAsync(id, number, http.Now(), http.RequestAborted) is { } replayed)
                    return Results.Accepted($"/webhooks/{id}/deliveries/{n}", DeliveryAnswer.Of(replayed));
                return await deliveries.FindAsync(id, number, http.RequestAborted) is null
                    ? WebhookEndpoints.MissingDelivery(id, n)
                    : Problem.Of(409, "conflict", "Conflict with the present state", "The delivery is pending; it is attempted without being asked for.");
            }
        );
}
