namespace Domain.Questions;

/// <summary>A point to look back from. Both instants are included; with neither it is the present.</summary>
/// <param name="AsOf">Only what the world's log said by this instant. An outcome has the instant from which it was known; of several, the one that was logged
/// last counts.</param>
/// <param name="KnownAt">Only what was recorded here by this instant, included.</param>
public sealed record PointInTime(DateTimeOffset? AsOf = null, DateTimeOffset? KnownAt = null)
{
    /// <summary>All that is recorded by now.</summary>
    public static PointInTime Present { get; } = new();

    /// <summary>Whether neither instant is given.</summary>
    public bool IsPresent => AsOf is null && KnownAt is null;

    /// <summary>Whether something counts that happened in the world at <paramref name="happenedAt"/> and was recorded at
    /// <paramref name="recordedAt"/>.</summary>
    public bool Admits(DateTimeOffset happenedAt, DateTimeOffset recordedAt) => !(happenedAt > AsOf) && !(recordedAt > KnownAt);
}
