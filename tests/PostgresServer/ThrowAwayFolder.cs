using System.Globalization;

namespace PostgresServer;

/// <summary>
/// Where a throw-away cluster lies: in memory where the machine has enough to spare, else among the temporary files. The file system's own work
/// for some hundred databases made and dropped is a tenth of what they cost.
/// </summary>
internal static class ThrowAwayFolder
{
    private const string Memory = "/dev/shm";
    private const string Prefix = "forecasts-tests-";

    /// <summary>The least free space, in bytes, for which a cluster goes into memory; of memory the machine has twice as much.</summary>
    private const long Enough = 3L << 30;

    /// <summary>Makes a folder that a server under another account can be reached in.</summary>
    /// <returns>Its path.</returns>
    public static string Make()
    {
        var parent = HasMemory() ? Memory : Path.GetTempPath();
        RemoveAbandoned(Memory);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        var folder = Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(folder, Owner | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        return folder;
    }

    private static bool HasMemory() =>
        OperatingSystem.IsLinux()
        && Directory.Exists(Memory)
        && new DriveInfo(Memory).AvailableFreeSpace >= Enough
        && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >= 2 * Enough;

    /// <summary>What a test process left that was killed: in memory nobody else clears it away.</summary>
    private static void RemoveAbandoned(string parent)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(parent))
            return;
        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (Directory.Exists("/proc/" + owner))
                continue;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Another process removes it now, or another user owns it.
            }
        }
    }
}
