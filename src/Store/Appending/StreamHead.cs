namespace Store.Appending;

/// <summary>A stream that a bulk append writes to.</summary>
/// <param name="key">The stream's key.</param>
/// <param name="aggregate">What the stream folds into.</param>
/// <param name="found">The version at which it was found; 0 where it does not exist yet.</param>
public sealed class StreamHead(string key, Type aggregate, long found)
{
    /// <summary>The stream's key.</summary>
    public string Key { get; } = key;

    /// <summary>What the stream folds into.</summary>
    public Type Aggregate { get; } = aggregate;

    /// <summary>The version at which it was found; 0 where it did not exist.</summary>
    public long Found { get; } = found;

    /// <summary>The version after everything that was added so far.</summary>
    public long Version { get; internal set; } = found;
}

/// <summary>An event that is about to be appended.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Stream">The stream that it is appended to.</param>
/// <param name="Version">Its place in its stream.</param>
/// <param name="Type">The type of its data.</param>
/// <param name="Json">Its data as the store's serialiser writes it, in UTF-8.</param>
/// <param name="Causation">What caused it.</param>
public readonly record struct BulkEvent(Guid Id, StreamHead Stream, long Version, Type Type, byte[] Json, string? Causation);

/// <summary>A stream has moved to another version since it was read. Nothing was appended. Decide again and retry.</summary>
public sealed class StreamMovedException() : Exception("A stream was written to while a bulk append was decided.");
