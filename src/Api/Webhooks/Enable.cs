using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Enables a webhook again.</summary>
public static class Enable
{
    /// <summary>Maps <c>POST /webhooks/{id}/enable</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/{id}/enable", EnableAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<WebhookAnswer>();

    /// <summary>Go on with a webhook that was disabled</summary>
    public static Task<IResult> EnableAsync(string id, HttpContext http, IDocumentSession session, Deliveries deliveries) =>
        WebhookEndpoints.WithAsync(
            id,
            http,
            session,
            async webhook =>
            {
                if (webhook.Status == WebhookStatus.Active)
                    return Problem.Of(409, "conflict", "Conflict with the present state", "The webhook is enabled already.");
                await deliveries.ForgetFailuresAsync(id, http.RequestAborted);
                var enabled = webhook with { Status = WebhookStatus.Active, DisabledReason = null, DisabledAt = null };
                session.Update(enabled);
                await session.SaveChangesAsync(http.RequestAborted);
                return Results.Ok(WebhookAnswer.Of(enabled));
            }
        );
}
