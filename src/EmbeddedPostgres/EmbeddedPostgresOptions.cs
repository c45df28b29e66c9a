namespace EmbeddedPostgres;

/// <summary>Where an embedded PostgreSQL lives and how careful it is.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The folder of the cluster; made if it is missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The loopback port to listen on; 0 takes any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Whether a commit survives a loss of power. Only throw-away clusters of tests turn it off.</summary>
    public bool Durable { get; init; } = true;
}
