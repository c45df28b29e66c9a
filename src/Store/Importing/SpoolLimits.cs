namespace Store.Importing;

/// <summary>How much is taken of files that are imported, until they have been read.</summary>
/// <param name="LargestFile">The most bytes of one file, unpacked.</param>
/// <param name="LargestSpool">
/// The most bytes that all files take together in the database, compressed, while they come in or wait; about, where several come at once.
/// </param>
public sealed record SpoolLimits(long LargestFile, long LargestSpool);

/// <summary>Which bound a file met on its way in.</summary>
public enum SpoolBound
{
    /// <summary>The bytes of one file.</summary>
    File,

    /// <summary>The bytes of all files that come in or wait.</summary>
    Spool,
}

/// <summary>A file is not taken in, since there is no room for it.</summary>
/// <param name="bound">The bound that it met.</param>
public sealed class SpoolFullException(SpoolBound bound) : Exception($"The file met the bound of the {bound}.")
{
    /// <summary>The bound that it met.</summary>
    public SpoolBound Bound { get; } = bound;
}
