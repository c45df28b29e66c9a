using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Api.Authorization;
using Api.Endpoints;
using Api.Pipeline;
using Api.Problems;
using Domain;
using Marten;
using Store.Operations;
using Store.Webhooks;
using Worker.DeliveringWebhooks;
using Worker.EventNotifications;

namespace Api.Webhooks;

/// <summary>A webhook that is registered.</summary>
/// <param name="Url">The address that events are posted to: absolute, and https unless the service is set otherwise.</param>
/// <param name="Events">The kinds of events that are delivered; all where it is left out or empty.</param>
/// <param name="Questions">The slugs of the questions that are meant; all where it is left out or empty.</param>
/// <param name="Analysts">The names of the analysts that are meant; all where it is left out or empty.</param>
/// <param name="Tags">The tags of the questions that are meant; all where it is left out or empty.</param>
/// <param name="Description">What the webhook is for.</param>
public sealed record RegisterWebhook(
    string Url,
    IReadOnlyList<string>? Events = null,
    [property: MaxLength(Register.MaxValues)] IReadOnlyList<string>? Questions = null,
    [property: MaxLength(Register.MaxValues)] IReadOnlyList<string>? Analysts = null,
    [property: MaxLength(Register.MaxValues)] IReadOnlyList<string>? Tags = null,
    [property: StringLength(Register.MaxDescription)] string? Description = null
);

/// <summary>Registers a webhook.</summary>
public static class Register
{
    /// <summary>The most names in one list.</summary>
    public const int MaxValues = 50;

    /// <summary>The most characters of a description.</summary>
    public const int MaxDescription = 500;

    /// <summary>Maps <c>POST /webhooks</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks", RegisterAsync).RequireAuthorization(Policies.AnyRole).Knows().ShowsSecret().Produces<WebhookAnswer>(201);

    /// <summary>Have events posted to an address</summary>
    /// <remarks>The answer shows the signing secret, this once.</remarks>
    /// <param name="command" example='{"url":"https://example.org/hooks/forecasts","events":["QuestionResolved"]}'>The webhook.</param>
    public static async Task<IResult> RegisterAsync(
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
        if (!secrets.CanSeal)
        {
            return Problem.Of(
                409,
                "no-secret-key",
                "Webhooks are not set up",
                "A webhook's secret is kept sealed, and this service has no key to seal it with. "
                    + "Its operator sets Webhooks:SecretKey, for API and worker alike."
            );
        }

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
            After = await deliveries.LastSequenceAsync(http.RequestAborted),
        };
        session.Insert(webhook);
        await session.SaveChangesAsync(http.RequestAborted);
        return Results.Created($"/webhooks/{webhook.Id}", WebhookAnswer.Of(webhook, secret: secret));
    }

    private static IResult? Check(RegisterWebhook command)
    {
        if (command.Description is { Length: > MaxDescription })
            return Problem.Invalid("description", $"A description has at most {MaxDescription} characters.");
        if ((command.Events ?? []).FirstOrDefault(e => !EventNotificationFilter.AllTypes.Contains(e)) is { } unknown)
        {
            return Problem.Invalid("events", $"There is no event '{unknown}' to be told of; there are {string.Join(", ", EventNotificationFilter.AllTypes)}.");
        }

        return List("questions", command.Questions, StreamKeys.IsSlug)
            ?? List("analysts", command.Analysts, StreamKeys.IsForecaster)
            ?? List("tags", command.Tags, StreamKeys.IsSlug);
    }

    private static IResult? List(string field, IReadOnlyList<string>? values, Func<string?, bool> isName) =>
        values is null || (values.Count <= MaxValues && values.All(isName))
            ? null
            : Problem.Invalid(field, $"'{field}' is a list of at most {MaxValues} names as the API spells them.");
}
