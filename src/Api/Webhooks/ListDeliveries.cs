using System.Globalization;
using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Problems;
using Api.Requests;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Lists a webhook's deliveries.</summary>
public static class ListDeliveries
{
    private static readonly QueryParameter StatusParameter = QueryParameter.Choice<DeliveryStatus>("status", "Only deliveries of this status.");

    /// <summary>Maps <c>GET /webhooks/{id}/deliveries</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/webhooks/{id}/deliveries", ListDeliveriesAsync)
            .RequireAuthorization(Policies.AnyRole)
            .Knows([StatusParameter, .. PageParameters.All])
            .Produces<Page<DeliveryAnswer>>();

    /// <summary>List a webhook's deliveries</summary>
    public static Task<IResult> ListDeliveriesAsync(string id, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WebhookEndpoints.WithAsync(
            id,
            http,
            session,
            async _ =>
            {
                var (limit, status) = (http.Request.Limit(), http.Request.Choice<DeliveryStatus>(StatusParameter));
                long? below = null;
                if (http.Request.Cursor() is { } cursor)
                {
                    if (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                        return Problem.Invalid("cursor", "'cursor' is not one that this service gave out.");
                    below = number;
                }

                var found = await deliveries.ListAsync(id, status, below, limit + 1, http.RequestAborted);
                return Results.Ok(Page<DeliveryAnswer>.Of([.. found.Select(DeliveryAnswer.Of)], limit, d => d.Number.ToString(CultureInfo.InvariantCulture)));
            }
        );
}
