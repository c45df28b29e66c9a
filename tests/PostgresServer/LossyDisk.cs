using System.Diagnostics;
using System.Globalization;

namespace PostgresServer;

/// <summary>
/// A disk that keeps what was synced to it and nothing else when it loses its power, and that can be made to fail. A file system on a loop device, over a
/// file that nbdkit serves through a cache of its own: when nbdkit is killed, what is in the cache, and what the system has not written out, is gone.
/// </summary>
public sealed class LossyDisk : IAsyncDisposable
{
    private static readonly string[] Programs = ["nbdkit", "nbdfuse", "losetup", "mkfs.ext4", "mount", "umount"];

    private readonly string _home;
    private Process? _server;
    private string? _device;

    private LossyDisk(string home) => _home = home;

    /// <summary>Where it is mounted.</summary>
    public string Folder => Path.Combine(_home, "mounted");

    private string Served => Path.Combine(_home, "served");

    private string Image => Path.Combine(_home, "image");

    private string Failing => Path.Combine(_home, "failing");

    /// <summary>Mounts one, or says what this machine lacks.</summary>
    /// <param name="mebibytes">Its size.</param>
    public static async Task<(LossyDisk? Disk, string? WhyNot)> TryMountAsync(int mebibytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return (null, "only root, on Linux, mounts a disk");
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Programs.FirstOrDefault(p => !paths.Any(f => File.Exists(Path.Combine(f, p)))) is { } missing)
            return (null, $"{missing} is not installed");
        if (!File.Exists("/dev/fuse") || !File.Exists("/dev/loop-control"))
            return (null, "there is no /dev/fuse, or no /dev/loop-control");

        var home = Directory.CreateTempSubdirectory("forecasts-lossy-").FullName;
        // As root, PostgreSQL runs under another account and goes through here.
        File.SetUnixFileMode(home, File.GetUnixFileMode(home) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        var disk = new LossyDisk(home);
        Directory.CreateDirectory(disk.Folder);
        Directory.CreateDirectory(disk.Served);
        await using (var image = File.Create(disk.Image))
            image.SetLength((long)mebibytes << 20);
        await disk.AttachAsync();
        await SystemProcesses.MustRunAsync("mkfs.ext4", "-q", "-E", "nodiscard", disk._device!);
        await disk.MountAsync();
        return (disk, null);
    }

    /// <summary>From now on nothing can be read from it or written to it.</summary>
    public void Fail() => File.WriteAllText(Failing, "");

    /// <summary>Takes its power away: what was not synced is lost. Nothing may use it any more.</summary>
    public async Task LosePowerAsync()
    {
        if (_server is not { } server)
            return;
        await SystemProcesses.SignalAsync("KILL", [.. SystemProcesses.Children(server.Id), server.Id]);
        await server.WaitForExitAsync();
        server.Dispose();
        _server = null;
        await SystemProcesses.MustRunAsync("umount", Folder);
        await SystemProcesses.MustRunAsync("losetup", "-d", _device!);
        await SystemProcesses.RunAsync("umount", Served);
    }

    /// <summary>Gives it its power back, and has it work again.</summary>
    public async Task RegainPowerAsync()
    {
        File.Delete(Failing);
        await AttachAsync();
        await MountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await LosePowerAsync();
        Directory.Delete(_home, recursive: true);
    }

    private async Task AttachAsync()
    {
        var disk = Path.Combine(Served, "disk");
        _server = Process.Start(
            "nbdfuse",
            [
                disk,
                "--command",
                "nbdkit",
                "-s",
                "--exit-with-parent",
                "--filter=cache",
                "--filter=error",
                "file",
                Image,
                "cache=writeback",
                "error=EIO",
                "error-rate=1",
                $"error-file={Failing}",
            ]
        );
        while (!File.Exists(disk))
            await Task.Delay(10);
        using var losetup = Process.Start(new ProcessStartInfo("losetup", ["--direct-io=on", "-f", "--show", disk]) { RedirectStandardOutput = true })!;
        _device = (await losetup.StandardOutput.ReadToEndAsync()).Trim();
        await losetup.WaitForExitAsync();
        if (losetup.ExitCode != 0)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"losetup ended with {losetup.ExitCode}."));
    }

    private Task MountAsync() => SystemProcesses.MustRunAsync("mount", _device!, Folder);
}
