using Api.Authorization;
using Api.Endpoints;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Removes a webhook.</summary>
public static class Remove
{
    /// <summary>Maps <c>DELETE /webhooks/{id}</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapDelete("/webhooks/{id}", RemoveAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces(204);

    /// <summary>Remove a webhook</summary>
    public static Task<IResult> RemoveAsync(string id, HttpContext http, IDocumentSession session, Deliveries deliveries) =>
        WebhookEndpoints.WithAsync(
            id,
            http,
            session,
            async webhook =>
            {
                session.Delete(webhook);
                await session.SaveChangesAsync(http.RequestAborted);
                await deliveries.RemoveAsync(id, http.RequestAborted);
                return Results.NoContent();
            }
        );
}
