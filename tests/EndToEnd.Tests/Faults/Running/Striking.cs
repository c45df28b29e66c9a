using System.Diagnostics;
using EndToEnd.Tests.Faults.Service;
using Npgsql;

namespace EndToEnd.Tests.Faults.Running;

/// <summary>Brings faults about, and ends them.</summary>
internal sealed class Striking(ServiceUnderFaults service)
{
    private static readonly TimeSpan[] Steps = [TimeSpan.FromSeconds(-90), TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90)];

    /// <summary>Why this machine cannot bring a kind of fault about; null where it can.</summary>
    public string? WhyNot(FaultKind kind) =>
        kind switch
        {
            FaultKind.DiskFull => service.WhyNoDisk,
            FaultKind.PowerLost or FaultKind.DiskFailing => service.WhyNoLossyDisk,
            FaultKind.ClockStepped => service.WhyNoClocks,
            _ => null,
        };

    /// <summary>Brings a fault about and waits until its cause is gone.</summary>
    /// <returns>When it was gone: a timestamp of <see cref="Stopwatch"/>. What was killed is started again at once, so that is when it was killed.</returns>
    public async Task<long> StrikeAsync(Fault fault)
    {
        var api = fault.Choice % service.Apis.Count;
        var worker = fault.Choice % service.Workers.Count;
        var node = fault.Choice % service.Nodes.Count;
        var struck = Stopwatch.GetTimestamp();
        switch (fault.Kind)
        {
            case FaultKind.ApiKilled:
                await service.Apis[api].KillAsync();
                return struck;
            case FaultKind.WorkerKilled:
                await service.Workers[worker].KillAsync();
                return struck;
            case FaultKind.DatabaseKilled:
                await service.Database.KillAsync();
                await service.Database.StartAsync();
                return struck;
            case FaultKind.BackendKilled:
                await service.Database.KillBackendAsync(fault.Choice);
                return struck;
            case FaultKind.ApiFrozen:
                await FreezeAsync(service.Apis[api], fault.Lasts);
                break;
            case FaultKind.WorkerFrozen:
                await FreezeAsync(service.Workers[worker], fault.Lasts);
                break;
            case FaultKind.DatabaseFrozen:
                await service.Database.FreezeAsync();
                await Task.Delay(fault.Lasts);
                await service.Database.ThawAsync();
                break;
            case FaultKind.DatabaseStoppedImmediately:
                await service.Database.StopImmediatelyAsync();
                return await StartAgainAsync(fault.Lasts);
            case FaultKind.DatabaseRestarted:
                await service.Database.StopFastAsync();
                return await StartAgainAsync(fault.Lasts);
            case FaultKind.ClientsCut:
                service.ToApi[api].Cut();
                return struck;
            case FaultKind.ClientsDelayed:
                await DuringAsync(service.ToApi[api], w => w.Delay(TimeSpan.FromMilliseconds(100 + (fault.Choice % 400))), fault.Lasts);
                break;
            case FaultKind.ClientsHalfOpen:
                await DuringAsync(service.ToApi[api], w => w.Swallow(), fault.Lasts);
                break;
            case FaultKind.DatabaseCut:
                service.ToDatabase[node].Cut();
                return struck;
            case FaultKind.DatabaseDelayed:
                await DuringAsync(service.ToDatabase[node], w => w.Delay(TimeSpan.FromMilliseconds(20 + (fault.Choice % 180))), fault.Lasts);
                break;
            case FaultKind.DatabaseHeld:
                await DuringAsync(service.ToDatabase[node], w => w.Hold(), fault.Lasts);
                break;
            case FaultKind.DatabaseHalfOpen:
                await DuringAsync(service.ToDatabase[node], w => w.Swallow(), fault.Lasts);
                break;
            case FaultKind.DiskFull:
                return await FillDiskAsync(fault.Lasts);
            case FaultKind.DiskFailing:
                service.LossyDisk!.Fail();
                await Task.Delay(fault.Lasts);
                return await LosePowerAsync();
            case FaultKind.PowerLost:
                return await LosePowerAsync();
            case FaultKind.ClockStepped:
                var clock = service.Clocks[fault.Choice % service.Clocks.Count];
                clock.Set(Steps[fault.Choice % Steps.Length]);
                await Task.Delay(fault.Lasts);
                clock.Set(TimeSpan.Zero);
                break;
        }

        return Stopwatch.GetTimestamp();
    }

    private async Task<long> LosePowerAsync()
    {
        await service.Database.KillAsync();
        await service.LossyDisk!.LosePowerAsync();
        await service.LossyDisk.RegainPowerAsync();
        var regained = Stopwatch.GetTimestamp();
        await service.Database.StartAsync();
        return regained;
    }

    private async Task<long> FillDiskAsync(TimeSpan lasts)
    {
        service.Disk!.Fill();
        for (var since = Stopwatch.StartNew(); since.Elapsed < lasts; await Task.Delay(50))
        {
            try
            {
                // The files of the log are made ahead: some writing passes before one is missing.
                if (service.LogIsOnDisk && service.Database.Runs)
                    await service.Database.SwitchLogAsync();
            }
            catch (NpgsqlException)
            {
                // It has ended for want of space, or is about to.
            }
        }

        service.Disk.Free();
        var freed = Stopwatch.GetTimestamp();
        while (!await service.Database.AnswersAsync())
        {
            if (!service.Database.Runs)
                await service.Database.StartAsync();
        }

        return freed;
    }

    private static async Task FreezeAsync(Node node, TimeSpan lasts)
    {
        await node.FreezeAsync();
        await Task.Delay(lasts);
        await node.ThawAsync();
    }

    private static async Task DuringAsync(Wire wire, Action<Wire> fault, TimeSpan lasts)
    {
        fault(wire);
        await Task.Delay(lasts);
        wire.Heal();
    }

    private async Task<long> StartAgainAsync(TimeSpan lasts)
    {
        await Task.Delay(lasts);
        var started = Stopwatch.GetTimestamp();
        await service.Database.StartAsync();
        return started;
    }
}
