using System.Diagnostics;
using System.Globalization;
using EndToEnd.Tests.Faults.Checking;
using EndToEnd.Tests.Faults.Clients;
using EndToEnd.Tests.Faults.History;
using EndToEnd.Tests.Faults.Service;
using Npgsql;

namespace EndToEnd.Tests.Faults.Running;

/// <summary>Has clients use the service while faults strike, lets it settle, and holds what it kept against what they were told.</summary>
internal static class FaultRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // What took longer than this is worth a look at what was missing.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    /// <param name="plan">What the run is to be.</param>
    /// <param name="say">Is told what happens while it does.</param>
    public static async Task<FaultReport> OfAsync(FaultPlan plan, Action<string> say, CancellationToken token)
    {
        var began = Stopwatch.StartNew();
        await using var service = await ServiceUnderFaults.StartAsync(
            logIsOnSmallDisk: plan.Seed % 2 == 0,
            plan.HasLossyDisk,
            plan.HasSteppedClocks,
            plan.Logs is { } folder ? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{plan.Seed}")) : null
        );
        var recorder = new HistoryRecorder(plan.Seed);
        await using var crowd = await Crowd.ComeAsync(service, recorder, plan.Seed, plan.Calm, token);
        // The workers have begun as well.
        if (await SettleAsync(service, crowd, token) is { } slow)
            say(Line(began, $"not at rest: {slow}"));
        say(Line(began, "ready"));

        var striking = new Striking(service);
        var schedule = FaultSchedule.Of(plan.Seed, plan.Faults, k => plan.Kinds.Contains(k) && striking.WhyNot(k) is null);
        var recoveries = new List<Recovery>();
        FaultReport Report(params IEnumerable<string> findings) =>
            new(
                plan.Seed,
                recorder.ToHistory(),
                recoveries,
                [.. plan.Kinds.Where(k => striking.WhyNot(k) is not null).Select(k => $"{k}: {striking.WhyNot(k)}")],
                [.. service.Nodes.SelectMany(n => n.Endings)],
                [.. findings],
                began.Elapsed
            );

        using var enough = new CancellationTokenSource();
        var clients = crowd.RunAsync(enough.Token);
        try
        {
            foreach (var fault in schedule)
            {
                await Task.Delay(fault.Quiet, token);
                var gone = await striking.StrikeAsync(fault);
                var missing = await crowd.Readiness.BackAsync(token);
                recoveries.Add(new Recovery(fault, Stopwatch.GetElapsedTime(gone)));
                say(Line(began, $"{fault.Number}/{plan.Faults} {fault.Kind}: back after {recoveries[^1].Took.TotalSeconds:0.00} s"));
                if (recoveries[^1].Took > Long)
                    say(string.Join(Environment.NewLine, missing));
                if (clients.IsFaulted)
                    break;
            }

            await enough.CancelAsync();
            await clients;
            say(Line(began, "no more faults; settling"));
            await SettleAsync(service, crowd, token);
        }
        catch (TimeoutException e)
        {
            // Nothing more can be asked of a service that does not come back.
            return Report(e.Message);
        }
        finally
        {
            await enough.CancelAsync();
        }

        await crowd.LeaveAsync();
        say(Line(began, "settled"));
        var history = recorder.ToHistory();
        var ledger = new LedgerOutside(service.LedgerKey, service.LedgerFolder);
        var verdict = await StoreChecks.RunAsync(history, service.ConnectionString, service.Addresses[0], ServiceUnderFaults.OwnerToken, ledger);
        var counted =
            $"{verdict.Acknowledged} acknowledged, {verdict.Unknown} unknown, {verdict.Events} events, {verdict.Generations} generations, "
            + $"{history.Checkpoints.Count} checkpoints";
        say(Line(began, $"checked: {counted}, {verdict.Findings.Count} findings"));
        return Report(verdict.Findings.Select(f => f.ToString()));
    }

    /// <summary>Waits until everything that follows from what was written has happened; what never does is found by the checks.</summary>
    /// <returns>What had not happened when patience ended; null where all had.</returns>
    private static async Task<string?> SettleAsync(ServiceUnderFaults service, Crowd crowd, CancellationToken token)
    {
        await crowd.Readiness.BackAsync(token);
        var underWay = await StoreChecks.SettledAsync(service.ConnectionString, Patience);
        await using var connection = new NpgsqlConnection(service.ConnectionString);
        await connection.OpenAsync(token);
        await using var command = new NpgsqlCommand("select coalesce(max(seq_id), 0) from forecasts.mt_events", connection);
        var last = (long)(await command.ExecuteScalarAsync(token))!;
        var waited = Stopwatch.StartNew();
        while (crowd.Followed.Any(f => (f ?? 0) < last) && waited.Elapsed < Patience)
            await Task.Delay(50, token);
        return underWay;
    }

    private static string Line(Stopwatch began, string what) => string.Create(CultureInfo.InvariantCulture, $"{began.Elapsed.TotalSeconds, 6:0.0} s {what}");
}
