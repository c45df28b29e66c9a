using System.Globalization;

namespace PostgresServer;

/// <summary>A disk in memory that is small enough to be filled.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _ballast;

    private SmallDisk(string folder) => (Folder, _ballast) = (folder, Path.Combine(folder, "ballast"));

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts one, or says why this machine does not let us.</summary>
    /// <param name="mebibytes">Its size; memory is taken for what is on it alone.</param>
    public static async Task<(SmallDisk? Disk, string? WhyNot)> TryMountAsync(int mebibytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return (null, "only root, on Linux, mounts a disk of memory");
        var folder = Directory.CreateTempSubdirectory("forecasts-disk-").FullName;
        var size = string.Create(CultureInfo.InvariantCulture, $"size={mebibytes}m,mode=0755");
        if (await SystemProcesses.RunAsync("mount", "-t", "tmpfs", "-o", size, "forecasts", folder) is not { } refusal)
            return (new SmallDisk(folder), null);
        Directory.Delete(folder);
        return (null, $"mounting a disk of memory was refused: {refusal}");
    }

    /// <summary>Leaves no space on it.</summary>
    public void Fill()
    {
        // Asked for in ever smaller pieces, since somebody else takes space meanwhile.
        using var ballast = new FileStream(_ballast, FileMode.Append, FileAccess.Write);
        var piece = new byte[1 << 20];
        for (var length = piece.Length; length >= 4096; length /= 2)
        {
            try
            {
                while (true)
                {
                    ballast.Write(piece, 0, length);
                    ballast.Flush();
                }
            }
            catch (IOException)
            {
                // No piece of this size is left.
            }
        }
    }

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(_ballast);

    public async ValueTask DisposeAsync()
    {
        await SystemProcesses.MustRunAsync("umount", "-l", Folder);
        Directory.Delete(Folder);
    }
}
