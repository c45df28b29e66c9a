using EndToEnd.Tests.Faults.History;
using Npgsql;
using Views = System.Collections.Generic.IReadOnlyDictionary<string, System.Collections.Generic.IReadOnlyList<string>>;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>Judges a run when its faults are over and its service is whole again.</summary>
internal static class StoreChecks
{
    /// <summary>How long what follows by itself may take before it is held to be missing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const int MostRebuilds = 3;

    /// <summary>Waits until nothing is under way; what it waits for in vain is found by the rules.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="patience">How long to wait for what does not move.</param>
    /// <returns>What is still under way; null where nothing is.</returns>
    public static async Task<string?> SettledAsync(string connectionString, TimeSpan? patience = null)
    {
        var (reader, waits, last) = (new StoreReader(connectionString), patience ?? Patience, "");
        var until = DateTimeOffset.UtcNow + waits;
        while (true)
        {
            string? underWay;
            try
            {
                underWay = await reader.UnderWayAsync();
            }
            catch (NpgsqlException e)
            {
                underWay = e.Message;
            }

            if (underWay is null || DateTimeOffset.UtcNow > until)
                return underWay;
            // Thousands of deliveries take their time on a busy machine; as long as they become fewer nothing is wrong.
            if (underWay != last)
                (last, until) = (underWay, DateTimeOffset.UtcNow + waits);
            await Task.Delay(200);
        }
    }

    /// <summary>
    /// Has the views rebuilt as a user does, between two reads of them. A question may be scored again meanwhile because others were, long after them; then it
    /// is done once more.
    /// </summary>
    private static async Task<(Views Kept, CommandRun Run, Views Made)> RebuildAsync(StoreReader reader, string connectionString, TimeSpan? patience)
    {
        for (var tries = 1; ; tries++)
        {
            var last = await reader.LastSequenceAsync();
            var kept = await reader.ReadViewsAsync();
            var run = await CommandRun.OfAsync("rebuild", "--json", "--database", connectionString);
            var made = await reader.ReadViewsAsync();
            if (tries == MostRebuilds || await reader.LastSequenceAsync() == last)
                return (kept, run, made);
            await SettledAsync(connectionString, patience);
        }
    }

    /// <summary>Waits until the service has settled, reads everything, has the views rebuilt as a user does, and checks it all.</summary>
    /// <param name="history">What the clients were told.</param>
    /// <param name="connectionString">The database itself, past every proxy.</param>
    /// <param name="address">An Api that runs.</param>
    /// <param name="token">A token that may read everything.</param>
    /// <param name="ledger">What the ledger is looked at with, from outside.</param>
    /// <param name="patience">How long to wait for what follows by itself; a minute and a half where it is null.</param>
    public static async Task<CheckReport> RunAsync(
        FaultHistory history,
        string connectionString,
        Uri address,
        string token,
        LedgerOutside ledger,
        TimeSpan? patience = null
    )
    {
        var underWay = await SettledAsync(connectionString, patience);
        var reader = new StoreReader(connectionString);
        var store = await reader.ReadAsync();
        var reads = await FinalReads.AllAsync(store, history.Operations.Select(o => o.Id).DefaultIfEmpty(0).Max(), address, token);
        var (views, rebuild, rebuilt) = await RebuildAsync(reader, connectionString, patience);
        var doctor = await CommandRun.OfAsync("doctor", "--json", "--server", address.ToString(), "--database", connectionString);
        var report = HistoryCheck.Of(history with { Operations = [.. history.Operations, .. reads] }, store with { Views = views, RebuiltViews = rebuilt });
        var beside = new List<Finding>();
        if (underWay is not null)
            beside.Add(new Finding("Settling", $"The service did not come to rest: {underWay}."));
        beside.AddRange(reads.Where(r => r.Status != 200).Select(r => new Finding("FinalReads", $"{r.Path} was answered {r.Status}: {r.AnswerBody}", r.Id)));
        if (rebuild.ExitCode != 0)
            beside.Add(new Finding("Rebuild", $"The rebuild failed: {rebuild}"));
        if (doctor.ExitCode != 0)
            beside.Add(new Finding("Doctor", $"The doctor finds: {doctor}"));
        beside.AddRange(await ledger.FindAsync(address, token, store.Leaves.Count, patience ?? Patience));
        return report with { Findings = [.. beside, .. report.Findings] };
    }
}
