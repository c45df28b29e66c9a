namespace Store.Importing;

/// <summary>The limits for imported files until they have been read.</summary>
/// <param name="LargestFile">The most bytes of one file, unpacked.</param>
/// <param name="LargestSpool">
/// The most bytes that all files together take in the database, compressed, while they are received or wait. Approximate while several arrive at once.
/// </param>
public sealed record SpoolLimits(long LargestFile, long LargestSpool);

/// <summary>The limit that a file reached while it was received.</summary>
public enum SpoolBound
{
    /// <summary>The bytes of one file.</summary>
    File,

    /// <summary>The bytes of all files that are received or wait.</summary>
    Spool,
}

/// <summary>A file is not accepted because there is no room for it.</summary>
/// <param name="bound">The bound that it met.</param>
public sealed class SpoolFullException(SpoolBound bound) : Exception($"The file met the bound of the {bound}.")
{
    /// <summary>The bound that it met.</summary>
    public SpoolBound Bound { get; } = bound;
}
