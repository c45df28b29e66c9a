using Domain.Ledger.Text;

namespace Domain.Ledger.Merkle;

/// <summary>Proofs as tlog-proof and tlog-witness write them: a hash a line, in base64.</summary>
internal static class HashLines
{
    /// <summary>The most hashes in a proof: a tree has at most 2^63 - 1 leaves.</summary>
    public const int Most = 63;

    /// <summary>The hashes in the lines.</summary>
    public static Parsed<List<Digest>> Parse(ReadOnlySpan<string> lines)
    {
        if (lines.Length > Most)
            return new Malformed($"A proof has at most {Most} hashes, and this one has {lines.Length}");
        var hashes = new List<Digest>(lines.Length);
        foreach (var line in lines)
        {
            if (!Digest.Parse(line).Is(out var hash, out _))
                return new Malformed($"Line {hashes.Count + 1} of the proof is not a hash of 32 bytes in base64");
            hashes.Add(hash);
        }

        return hashes;
    }

    /// <summary>The lines for the hashes, each with its line end.</summary>
    public static string Format(IEnumerable<Digest> hashes) => string.Concat(hashes.Select(h => $"{h}\n"));
}
