namespace Api.Live;

/// <summary>How events are followed (section <c>Live</c>).</summary>
public sealed record LiveOptions
{
    /// <summary>Milliseconds between two looks for new events while somebody follows.</summary>
    public int PollMilliseconds { get; init; } = 100;

    /// <summary>Seconds after which a reader who got nothing gets a heartbeat, and its token is looked at again.</summary>
    public double HeartbeatSeconds { get; init; } = 15;

    /// <summary>How many of the latest events are kept in memory, for all readers together. Who falls behind further is dropped.</summary>
    public int Window { get; init; } = 20_000;

    /// <summary>How many MiB of them at most.</summary>
    public int WindowMebibytes { get; init; } = 64;

    /// <summary>Seconds that a reader may take to take one piece; then it is cut off.</summary>
    public double WriteSeconds { get; init; } = 20;

    /// <summary>The most readers of one process.</summary>
    public int Readers { get; init; } = 2_000;
}
