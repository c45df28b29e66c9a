using Domain.Ledger.Checkpoints;

namespace Store.Ledger;

/// <summary>A copy of the log outside the database. A database that was restored is behind it, and signing on from there would fork the log.</summary>
public interface ILogCopy
{
    /// <summary>Where the copy is, for people.</summary>
    string Place { get; }

    /// <summary>The head of the copy; null where it holds nothing yet.</summary>
    /// <param name="token">Ends the look.</param>
    Task<Checkpoint?> HeadAsync(CancellationToken token);
}
