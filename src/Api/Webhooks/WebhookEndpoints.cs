using System.Globalization;
using Api.Authorization;
using Api.Problems;
using Domain.People;
using Marten;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>Webhooks: everybody with a role keeps their own, an admin keeps all. Each act has a file of its own.</summary>
public static class WebhookEndpoints
{
    /// <summary>Maps every act on webhooks.</summary>
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("").WithTags("Webhooks");
        Register.Map(webhooks);
        List.Map(webhooks);
        Show.Map(webhooks);
        Remove.Map(webhooks);
        Enable.Map(webhooks);
        ListDeliveries.Map(webhooks);
        ShowDelivery.Map(webhooks);
        Replay.Map(webhooks);
    }

    /// <summary>Goes on with a webhook that the caller keeps; somebody else's is as little there as one that does not exist.</summary>
    internal static async Task<IResult> WithAsync(string id, HttpContext http, IQuerySession session, Func<Webhook, Task<IResult>> then)
    {
        var caller = http.Caller();
        var webhook = id.Length <= 80 ? await session.LoadAsync<Webhook>(id, http.RequestAborted) : null;
        return webhook is not null && (webhook.Owner == caller.Slug || caller.Roles.Contains(Role.Admin))
            ? await then(webhook)
            : Problem.NotFound($"You have no webhook '{id}'.");
    }

    /// <summary>Since when every attempt of a webhook has failed; null where the last one did not.</summary>
    internal static DateTimeOffset? Since(IReadOnlyDictionary<string, DateTimeOffset> failing, string id) =>
        failing.TryGetValue(id, out var since) ? since : null;

    /// <summary>The number of a delivery; null where the text is none.</summary>
    internal static long? Number(string n) => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A 404 for a number that no delivery has.</summary>
    internal static IResult MissingDelivery(string id, string n) => Problem.NotFound($"The webhook '{id}' has no delivery {n}.");
}
