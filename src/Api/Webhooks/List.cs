using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Domain.People;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Lists webhooks.</summary>
public static class List
{
    /// <summary>Maps <c>GET /webhooks</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/webhooks", ListAsync).RequireAuthorization(Policies.AnyRole).Knows([.. PageParameters.All]).Produces<Page<WebhookAnswer>>();

    /// <summary>List one's webhooks</summary>
    /// <remarks>An administrator sees everybody's.</remarks>
    public static async Task<IResult> ListAsync(HttpContext http, IQuerySession session, Deliveries deliveries)
    {
        var (limit, after, caller) = (http.Request.Limit(), http.Request.Cursor() ?? "", http.Caller());
        var query = session.Query<Webhook>().Where(w => w.Id.CompareTo(after) > 0);
        if (!caller.Roles.Contains(Role.Admin))
            query = query.Where(w => w.Owner == caller.Slug);
        var found = await query.OrderBy(w => w.Id).Take(limit + 1).ToListAsync(http.RequestAborted);
        var failing = await deliveries.FailingAsync(found.Select(w => w.Id), http.RequestAborted);
        return Results.Ok(Page<WebhookAnswer>.Of([.. found.Select(w => WebhookAnswer.Of(w, WebhookEndpoints.Since(failing, w.Id)))], limit, w => w.Id));
    }
}
