using System.Net.Http.Json;
using System.Text.Json;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Notes;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>Looks at the ledger as an outsider does, over HTTP and in the copy of plain files, and has the service look at itself.</summary>
/// <param name="Key">The key of the log.</param>
/// <param name="Folder">The copy.</param>
internal sealed record LedgerOutside(VerifierKey Key, string Folder)
{
    /// <param name="address">An Api that runs.</param>
    /// <param name="token">A token that may read everything.</param>
    /// <param name="leaves">How many leaves the log has at least; it may grow meanwhile.</param>
    /// <param name="patience">How long the copy may take to have them.</param>
    public async Task<IReadOnlyList<Finding>> FindAsync(Uri address, string token, int leaves, TimeSpan patience)
    {
        var findings = new List<Finding>();
        using var client = Waiting.Client(address.ToString(), token);
        client.Timeout = TimeSpan.FromMinutes(2);
        var verified = await client.GetFromJsonAsync<JsonElement>(new Uri("/audit/verify", UriKind.Relative));
        if (!verified.GetProperty("ok").GetBoolean() || verified.GetProperty("size").GetInt64() < leaves)
            findings.Add(new Finding("LedgerVerification", $"/audit/verify, of {leaves} leaves: {verified}"));
        for (var until = DateTimeOffset.UtcNow + patience; await CopiedAsync() < leaves && DateTimeOffset.UtcNow < until; )
            await Task.Delay(100);
        if (await CopiedAsync() is var copied && copied < leaves)
            findings.Add(new Finding("LedgerCopy", $"The copy has {copied} of {leaves} leaves."));
        foreach (var place in new[] { address.ToString(), Folder })
        {
            var audit = await CommandRun.OfAsync("ledger", "audit", place, "--key", Key.ToString());
            if (audit.ExitCode != 0)
                findings.Add(new Finding("LedgerAudit", $"An audit of {place} finds: {audit}"));
        }

        return findings;
    }

    private async Task<long> CopiedAsync()
    {
        var file = Path.Combine(Folder, "checkpoint");
        return File.Exists(file) ? SignedCheckpoint.Parse(await File.ReadAllBytesAsync(file)).Value.Checkpoint.Size : 0;
    }
}
