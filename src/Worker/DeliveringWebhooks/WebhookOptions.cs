namespace Worker.DeliveringWebhooks;

/// <summary>How webhooks are delivered (section <c>Webhooks</c>).</summary>
public sealed record WebhookOptions
{
    /// <summary>Whether addresses of this machine and of private networks, and plain http, are allowed. For tests, and behind a proxy.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>
    /// The key that seals secrets in the database: 32 random bytes in base64, the same for all processes. Without it no webhook can be registered.
    /// </summary>
    public string? SecretKey { get; init; }

    /// <summary>Attempts before a delivery is given up.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>Seconds before the second attempt; each further one waits <see cref="RetryFactor"/> times as long, give or take a quarter.</summary>
    public double FirstRetrySeconds { get; init; } = 5;

    /// <summary>The factor by which each wait between attempts is longer than the one before.</summary>
    public double RetryFactor { get; init; } = 6;

    /// <summary>The longest wait between two attempts, in seconds.</summary>
    public double LongestRetrySeconds { get; init; } = 43_200;

    /// <summary>Hours of failed attempts after which a webhook is disabled.</summary>
    public double DisableAfterHours { get; init; } = 72;

    /// <summary>Seconds that a receiver has for its answer.</summary>
    public double TimeoutSeconds { get; init; } = 15;

    /// <summary>Seconds for which a process leases what it delivers. If it dies, another process takes over after that time.</summary>
    public double LeaseSeconds { get; init; } = 60;

    /// <summary>Milliseconds between two looks for events and due deliveries.</summary>
    public int PollMilliseconds { get; init; } = 250;

    /// <summary>The most webhooks that one analyst may have.</summary>
    public int PerOwner { get; init; } = 20;

    /// <summary>Days for which finished deliveries stay in the log.</summary>
    public int KeepDays { get; init; } = 30;

    /// <summary>The number of receivers that one process delivers to at the same time.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>The wait after a number of failed attempts: exponential, bounded, and randomized so that retries do not coincide.</summary>
    /// <param name="failed">Failed attempts so far, at least 1.</param>
    /// <param name="spread">A uniform number in [0, 1).</param>
    public TimeSpan Wait(int failed, double spread) =>
        TimeSpan.FromSeconds(Math.Min(LongestRetrySeconds, FirstRetrySeconds * Math.Pow(RetryFactor, failed - 1)) * (0.75 + (spread / 2)));
}
