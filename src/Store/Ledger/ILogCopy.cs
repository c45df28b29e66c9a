using Domain.Ledger.Merkle;

namespace Store.Ledger;

/// <summary>What a copy of the log has.</summary>
/// <param name="Origin">Which log.</param>
/// <param name="Size">The number of leaves.</param>
/// <param name="Root">The root of the tree; null where the copy tells its size alone.</param>
/// <param name="IsForked">Whether the copy itself has said that its tree is not the beginning of the database's.</param>
public sealed record LogHead(string Origin, long Size, Digest? Root, bool IsForked = false);

/// <summary>A copy of the log outside the database. A database that was restored is behind it, and signing on from there would fork the log.</summary>
public interface ILogCopy
{
    /// <summary>Where the copy is, for people.</summary>
    string Place { get; }

    /// <summary>The head of the copy; null where it holds nothing yet, or is not known to. The log waits for the answer.</summary>
    /// <param name="token">Ends the look.</param>
    Task<LogHead?> HeadAsync(CancellationToken token);
}
