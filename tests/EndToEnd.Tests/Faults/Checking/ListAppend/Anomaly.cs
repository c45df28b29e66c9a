namespace EndToEnd.Tests.Faults.Checking.ListAppend;

/// <summary>What a history holds that a serial order cannot explain. The names are those of Adya's thesis and of Elle, where they have one.</summary>
internal enum AnomalyKind
{
    /// <summary>A value was read that nobody appended.</summary>
    Unwritten,

    /// <summary>A value was read whose transaction was refused.</summary>
    AbortedRead,

    /// <summary>A value was read between two appends of one transaction.</summary>
    IntermediateRead,

    /// <summary>A value stands in a list twice.</summary>
    Duplicate,

    /// <summary>Two reads of a list put its values in different orders.</summary>
    IncompatibleOrder,

    /// <summary>A transaction read otherwise than it had read or appended itself.</summary>
    Internal,

    /// <summary>A value whose transaction was done is missing in a read that was asked for later.</summary>
    Lost,

    /// <summary>A cycle of appends.</summary>
    G0,

    /// <summary>A cycle of appends and of reads of them.</summary>
    G1c,

    /// <summary>A cycle with one read that misses an append.</summary>
    GSingle,

    /// <summary>A cycle with several reads that miss appends.</summary>
    G2,
}

/// <summary>An anomaly.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Transactions">The ids of the transactions: of a cycle in its order, else those concerned.</param>
/// <param name="Text">What was seen.</param>
/// <param name="ByTime">Whether a cycle needs the order in which a process asked, or in which answers came before questions.</param>
internal sealed record Anomaly(AnomalyKind Kind, IReadOnlyList<long> Transactions, string Text, bool ByTime = false);
