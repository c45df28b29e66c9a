namespace Store.Ledger;

/// <summary>A copy of the log as plain files, with the paths of tlog-tiles.</summary>
public interface ILogFiles
{
    /// <summary>The name of the file that holds the last checkpoint.</summary>
    const string CheckpointName = "checkpoint";

    /// <summary>The name of the file that holds the last checkpoint that enough witnesses cosigned.</summary>
    const string WitnessedName = "witnessed-checkpoint";

    /// <summary>Where the files are, for people.</summary>
    string Place { get; }

    /// <summary>The bytes of a file; null where the copy does not have it.</summary>
    /// <param name="path">Its path below the copy's place.</param>
    /// <param name="token">Ends the read.</param>
    Task<byte[]?> ReadAsync(string path, CancellationToken token);
}
