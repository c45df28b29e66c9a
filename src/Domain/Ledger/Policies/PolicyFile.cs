using System.Globalization;
using System.Text;
using Domain.Ledger.Text;

namespace Domain.Ledger.Policies;

/// <summary>
/// A trust policy as a file, by tlog-policy, "Policy file syntax and structure". Names and addresses are octets there, and have a character an octet here
/// (ISO 8859-1), so that none is lost and no two become one.
/// </summary>
public static class PolicyFile
{
    /// <summary>The most bytes that a file may have here, 1,000,000.</summary>
    public const int MostBytes = 1_000_000;

    /// <summary>Reads a policy.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The policy; the reason of a refusal begins with the number of the line.</returns>
    public static Parsed<TrustPolicy> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            return new Malformed($"A policy has at most {MostBytes:N0} bytes, and this one has {bytes.Length:N0}");
        var reader = new PolicyReader();
        var number = 0;
        foreach (var line in Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            number++;
            if (line.Any(c => (c < ' ' && c != '\t') || c == '\x7f'))
                return new Malformed($"Line {number}: a policy has no control characters but tabs and line ends");
            if (reader.Read(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) is { } reason)
                return new Malformed($"Line {number}: {reason}");
        }

        return reader.End();
    }

    /// <summary>The file's bytes: logs, witnesses, groups and the quorum, a line each.</summary>
    /// <param name="policy">The policy.</param>
    public static byte[] Format(TrustPolicy policy)
    {
        // The names of keys are UTF-8; everything else has a character an octet already.
        var file = new StringBuilder();
        foreach (var log in policy.Logs)
            file.Append(CultureInfo.InvariantCulture, $"log {Octets(log.Key.ToString())}{After(log.Url)}\n");
        foreach (var witness in policy.Witnesses)
            file.Append(CultureInfo.InvariantCulture, $"witness {witness.Name} {Octets(witness.Key.ToString())}{After(witness.Url)}\n");
        foreach (var group in policy.Groups)
            file.Append(CultureInfo.InvariantCulture, $"group {group.Name} {group.Threshold} {string.Join(' ', group.Members)}\n");
        file.Append(CultureInfo.InvariantCulture, $"quorum {policy.Quorum ?? PolicyReader.None}\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }

    private static string Octets(string text) => Encoding.Latin1.GetString(StrictUtf8.Encode(text));

    private static string After(string? url) => url is null ? "" : $" {url}";
}
