namespace Store.Webhooks;

/// <summary>Whether a webhook is told of events.</summary>
public enum WebhookStatus
{
    /// <summary>It is told of events.</summary>
    Active,

    /// <summary>It is told of nothing until somebody enables it again.</summary>
    Disabled,
}

/// <summary>An address that wants to be told of events.</summary>
/// <remarks>
/// A document and no stream of events: it is no fact about forecasts, and its address and secret must be gone for ever when somebody removes it.
/// </remarks>
public sealed record Webhook
{
    /// <summary>Its id, by which the API names it.</summary>
    public required string Id { get; init; }

    /// <summary>The analyst whose it is; while the analyst has no role, nothing is delivered.</summary>
    public required string Owner { get; init; }

    /// <summary>The address that deliveries are posted to.</summary>
    public required string Url { get; init; }

    /// <summary>What it is for, in the words of its owner; null where nothing was said.</summary>
    public string? Description { get; init; }

    /// <summary>Names of events; none for all that are announced. So it is with the other lists.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Slugs of questions.</summary>
    public IReadOnlyList<string> Questions { get; init; } = [];

    /// <summary>Names of analysts.</summary>
    public IReadOnlyList<string> Analysts { get; init; } = [];

    /// <summary>Tags of questions.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The key that deliveries are signed with, as it is kept: as it was shown once, or sealed.</summary>
    public required string Secret { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The last sequence that any event had been given when it was registered; it is told of what comes after. Null where it was not kept yet.
    /// </summary>
    public long? After { get; init; }

    /// <summary>Whether it is told of events.</summary>
    public WebhookStatus Status { get; init; }

    /// <summary>Why it is disabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was disabled, UTC; null while it is active.</summary>
    public DateTimeOffset? DisabledAt { get; init; }
}
