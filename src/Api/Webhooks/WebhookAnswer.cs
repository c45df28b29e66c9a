using Api.Endpoints;
using Store.Webhooks;

namespace Api.Webhooks;

/// <summary>A webhook.</summary>
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
