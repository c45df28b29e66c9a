using System.Security.Cryptography;
using Domain.Ledger.Text;

namespace Domain.Ledger.Witnesses;

/// <summary>The paths below a witness's prefixes, by tlog-witness, "HTTP Interface".</summary>
public static class WitnessPaths
{
    /// <summary>Where a log posts a checkpoint, below the submission prefix.</summary>
    public const string AddCheckpoint = "add-checkpoint";

    /// <summary>Where a witness serves the last checkpoint that it cosigned for a log, below the monitoring prefix ("Monitor Retrieval Mechanism").</summary>
    /// <param name="origin">The log's origin.</param>
    public static string Checkpoint(string origin) => $"{Convert.ToHexStringLower(SHA256.HashData(StrictUtf8.Encode(origin)))}/checkpoint";
}
