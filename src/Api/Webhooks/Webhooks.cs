using System.Globalization;
using System.Security.Cryptography;
using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Requests;
using Domain;
using Domain.People;
using Marten;
using Store.Webhooks;
using Worker.DeliveringWebhooks;
using Worker.EventNotifications;

namespace Api.Webhooks;

public sealed record RegisterWebhook(
    string Url,
    IReadOnlyList<string>? Events = null,
    IReadOnlyList<string>? Questions = null,
    IReadOnlyList<string>? Analysts = null,
    IReadOnlyList<string>? Tags = null,
    string? Description = null
);

/// <param name="Secret">What deliveries are signed with; shown when the webhook is registered, and never again.</param>
/// <param name="FailingSince">Since when every attempt has failed.</param>
public sealed record WebhookAnswer(
    string Id,
    string Owner,
    string Url,
    string? Description,
    IReadOnlyList<string> Events,
    IReadOnlyList<string> Questions,
    IReadOnlyList<string> Analysts,
    IReadOnlyList<string> Tags,
    DateTimeOffset CreatedAt,
    WebhookStatus Status,
    string? DisabledReason,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? FailingSince,
    string? Secret = null
)
{
    public static WebhookAnswer Of(Webhook w, DateTimeOffset? failingSince = null, string? secret = null) =>
        new(
            w.Id,
            w.Owner,
            w.Url,
            w.Description,
            w.Events,
            w.Questions,
            w.Analysts,
            w.Tags,
            w.CreatedAt,
            w.Status,
            w.DisabledReason,
            w.DisabledAt,
            failingSince,
            secret
        );
}

public sealed record DeliveryAnswer(
    long Number,
    string MessageId,
    Guid EventId,
    DeliveryStatus Status,
    int Attempts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<DeliveryAttempt> Log
)
{
    public static DeliveryAnswer Of(Delivery d) =>
        new(
            d.Number,
            WebhookMessage.Id(d.EventId),
            d.EventId,
            d.Status,
            d.Attempts,
            d.CreatedAt,
            d.Status == DeliveryStatus.Pending ? d.DueAt : null,
            d.FinishedAt,
            d.Log
        );
}

/// <summary>Webhooks: everybody with a role keeps their own, an admin keeps all.</summary>
public static class WebhookEndpoints
{
    private const int MostValues = 50;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/webhooks", RegisterAsync).RequireAuthorization(Policies.AnyRole).Knows().ShowsSecret().Produces<WebhookAnswer>(201);
        routes.MapGet("/webhooks", ListAsync).RequireAuthorization(Policies.AnyRole).Knows("limit", "cursor").Produces<Page<WebhookAnswer>>();
        routes.MapGet("/webhooks/{id}", GetAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<WebhookAnswer>();
        routes.MapDelete("/webhooks/{id}", RemoveAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces(204);
        routes.MapPost("/webhooks/{id}/enable", EnableAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<WebhookAnswer>();
        routes
            .MapGet("/webhooks/{id}/deliveries", ListDeliveriesAsync)
            .RequireAuthorization(Policies.AnyRole)
            .Knows("status", "limit", "cursor")
            .Produces<Page<DeliveryAnswer>>();
        routes.MapGet("/webhooks/{id}/deliveries/{n}", GetDeliveryAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<DeliveryAnswer>();
        routes.MapPost("/webhooks/{id}/deliveries/{n}/replay", ReplayAsync).RequireAuthorization(Policies.AnyRole).Knows().Produces<DeliveryAnswer>(202);
    }

    private static async Task<IResult> RegisterAsync(
        RegisterWebhook command,
        HttpContext http,
        IDocumentSession session,
        Deliveries deliveries,
        WebhookSender sender,
        WebhookSecrets secrets,
        WebhookOptions options
    )
    {
        if (Check(command) is { } invalid)
            return invalid;
        if (await sender.CheckAsync(command.Url, http.RequestAborted) is { } detail)
            return Problem.Invalid("url", detail);
        var owner = http.Caller().Slug;
        if (await session.Query<Webhook>().CountAsync(w => w.Owner == owner, http.RequestAborted) >= options.PerOwner)
        {
            return Problem.Of(409, "too-many-webhooks", "Too many webhooks", $"An analyst has at most {options.PerOwner} webhooks; remove one first.");
        }

        await deliveries.BeginAsync(http.RequestAborted);
        var (id, secret) = ("wh-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10)), WebhookSignature.NewSecret());
        var webhook = new Webhook
        {
            Id = id,
            Owner = owner,
            Url = command.Url,
            Description = command.Description,
            Events = [.. (command.Events ?? []).Distinct()],
            Questions = [.. (command.Questions ?? []).Distinct()],
            Analysts = [.. (command.Analysts ?? []).Distinct()],
            Tags = [.. (command.Tags ?? []).Distinct()],
            Secret = secrets.Keep(id, secret),
            CreatedAt = http.Now(),
        };
        session.Insert(webhook);
        await session.SaveChangesAsync(http.RequestAborted);
        return Results.Created($"/webhooks/{webhook.Id}", WebhookAnswer.Of(webhook, secret: secret));
    }

    private static async Task<IResult> ListAsync(HttpContext http, IQuerySession session, Deliveries deliveries)
    {
        var (limit, after, caller) = (http.Request.Limit(), http.Request.Cursor() ?? "", http.Caller());
        var query = session.Query<Webhook>().Where(w => w.Id.CompareTo(after) > 0);
        if (!caller.Roles.Contains(Role.Admin))
            query = query.Where(w => w.Owner == caller.Slug);
        var found = await query.OrderBy(w => w.Id).Take(limit + 1).ToListAsync(http.RequestAborted);
        var failing = await deliveries.FailingAsync(found.Select(w => w.Id), http.RequestAborted);
        return Results.Ok(Page<WebhookAnswer>.Of([.. found.Select(w => WebhookAnswer.Of(w, Since(failing, w.Id)))], limit, w => w.Id));
    }

    private static Task<IResult> GetAsync(string id, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WithAsync(
            id,
            http,
            session,
            async webhook => EntityTags.Tagged(http, WebhookAnswer.Of(webhook, Since(await deliveries.FailingAsync([id], http.RequestAborted), id)))
        );

    private static Task<IResult> RemoveAsync(string id, HttpContext http, IDocumentSession session, Deliveries deliveries) =>
        WithAsync(
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

    private static Task<IResult> EnableAsync(string id, HttpContext http, IDocumentSession session, Deliveries deliveries) =>
        WithAsync(
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

    private static Task<IResult> ListDeliveriesAsync(string id, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WithAsync(
            id,
            http,
            session,
            async _ =>
            {
                var (limit, status) = (http.Request.Limit(), http.Request.Choice<DeliveryStatus>("status"));
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

    private static Task<IResult> GetDeliveryAsync(string id, string n, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WithAsync(
            id,
            http,
            session,
            async _ =>
                Number(n) is { } number && await deliveries.FindAsync(id, number, http.RequestAborted) is { } found
                    ? EntityTags.Tagged(http, DeliveryAnswer.Of(found))
                    : MissingDelivery(id, n)
        );

    private static Task<IResult> ReplayAsync(string id, string n, HttpContext http, IQuerySession session, Deliveries deliveries) =>
        WithAsync(
            id,
            http,
            session,
            async _ =>
            {
                if (Number(n) is not { } number)
                    return MissingDelivery(id, n);
                if (await deliveries.ReplayAsync(id, number, http.Now(), http.RequestAborted) is { } replayed)
                    return Results.Accepted($"/webhooks/{id}/deliveries/{n}", DeliveryAnswer.Of(replayed));
                return await deliveries.FindAsync(id, number, http.RequestAborted) is null
                    ? MissingDelivery(id, n)
                    : Problem.Of(409, "conflict", "Conflict with the present state", "The delivery is pending; it is attempted without being asked for.");
            }
        );

    /// <summary>Goes on with a webhook that the caller keeps; somebody else's is as little there as one that does not exist.</summary>
    private static async Task<IResult> WithAsync(string id, HttpContext http, IQuerySession session, Func<Webhook, Task<IResult>> then)
    {
        var caller = http.Caller();
        var webhook = id.Length <= 80 ? await session.LoadAsync<Webhook>(id, http.RequestAborted) : null;
        return webhook is not null && (webhook.Owner == caller.Slug || caller.Roles.Contains(Role.Admin))
            ? await then(webhook)
            : Problem.NotFound($"You have no webhook '{id}'.");
    }

    private static IResult? Check(RegisterWebhook command)
    {
        if (command.Description is { Length: > 500 })
            return Problem.Invalid("description", "A description has at most 500 characters.");
        if ((command.Events ?? []).FirstOrDefault(e => !EventNotificationFilter.AllTypes.Contains(e)) is { } unknown)
        {
            return Problem.Invalid("events", $"There is no event '{unknown}' to be told of; there are {string.Join(", ", EventNotificationFilter.AllTypes)}.");
        }

        return List("questions", command.Questions, StreamKeys.IsSlug)
            ?? List("analysts", command.Analysts, StreamKeys.IsForecaster)
            ?? List("tags", command.Tags, StreamKeys.IsSlug);
    }

    private static IResult? List(string field, IReadOnlyList<string>? values, Func<string?, bool> isName) =>
        values is null || (values.Count <= MostValues && values.All(isName))
            ? null
            : Problem.Invalid(field, $"'{field}' is a list of at most {MostValues} names as the API spells them.");

    private static DateTimeOffset? Since(IReadOnlyDictionary<string, DateTimeOffset> failing, string id) =>
        failing.TryGetValue(id, out var since) ? since : null;

    private static long? Number(string n) => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IResult MissingDelivery(string id, string n) => Problem.NotFound($"The webhook '{id}' has no delivery {n}.");
}
