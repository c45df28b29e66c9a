namespace Store.Ledger;

/// <summary>In which way the database no longer fits its log.</summary>
public enum MismatchKind
{
    /// <summary>An event is another than the one that was logged.</summary>
    Changed,

    /// <summary>An event that was logged is gone.</summary>
    Removed,

    /// <summary>There is an event that was never logged, among those that were.</summary>
    Inserted,

    /// <summary>An event stands at another place among the events than when it was logged.</summary>
    Reordered,

    /// <summary>An event says that it was recorded at another time than when it was logged.</summary>
    BackDated,

    /// <summary>A leaf is missing, or is not the one that the tree was made of.</summary>
    Leaf,

    /// <summary>A tile is missing, or is not what the leaves give.</summary>
    Tile,

    /// <summary>A checkpoint is missing, is not of this tree, or is not signed by the log's keys.</summary>
    Checkpoint,

    /// <summary>A file of the copy is missing, or is not what the database has.</summary>
    Copy,

    /// <summary>A time stamp is not over its checkpoint, or does not hold.</summary>
    Timestamp,
}

/// <summary>Something that no longer fits.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="What">What does not fit, in a sentence.</param>
/// <param name="EventId">The id of the event; null where it is about none.</param>
/// <param name="Sequence">The place of the event among all events, as it is now, or was where it is gone; null where it is about none.</param>
/// <param name="LedgerIndex">The index of the leaf; null where it is about none.</param>
public sealed record LedgerMismatch(MismatchKind Kind, string What, Guid? EventId = null, long? Sequence = null, long? LedgerIndex = null);

/// <summary>What a look through the whole log found.</summary>
/// <param name="Size">The number of leaves.</param>
/// <param name="RootHash">The root of the tree that the leaves give, in base64.</param>
/// <param name="Mismatches">What does not fit, at most <see cref="LedgerVerification.MostMismatches"/>.</param>
/// <param name="Count">How many things do not fit, also those that are not listed.</param>
/// <param name="Unopened">
/// How many leaves have lost all of their salts, as those have that were taken over after a restore: nothing compares their events.
/// </param>
/// <param name="Copied">How far the copy as plain files was compared; null where none was looked at.</param>
/// <param name="Timestamps">How many time stamps are kept; null where none was looked at.</param>
public sealed record LedgerVerdict(
    long Size,
    string RootHash,
    IReadOnlyList<LedgerMismatch> Mismatches,
    long Count,
    long Unopened,
    CopyExtent? Copied,
    long? Timestamps
);
