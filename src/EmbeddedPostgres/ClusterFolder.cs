using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmbeddedPostgres;

/// <summary>The folder that a cluster lives in, and what its files say of a server that runs there.</summary>
internal static class ClusterFolder
{
    /// <summary>Where the server writes its log.</summary>
    public static string Log(string cluster) => Path.Combine(cluster, "server.log");

    /// <summary>The last lines that the server wrote; empty where it wrote none.</summary>
    public static string LastWords(string cluster) =>
        File.Exists(Log(cluster)) ? string.Join(Environment.NewLine, File.ReadLines(Log(cluster)).TakeLast(8)) : "";

    /// <summary>A folder that the server's account can reach: the one asked for, or one under /var/lib where a parent of it is closed.</summary>
    public static async Task<string> PlaceAsync(string folder, ServerAccount? account, CancellationToken token)
    {
        OwnerOnly.MakeFolder(folder);
        OwnerOnly.Close(Log(folder));
        if (account is null)
            return folder;
        var reachable = true;
        try
        {
            var test = account.Wrap("test", ["-x", Path.GetDirectoryName(folder)!]).ToArray();
            await Commands.RunAsync(test[0], test[1..], token);
        }
        catch (InvalidOperationException)
        {
            reachable = false;
        }

        if (!reachable)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 8));
            OwnerOnly.MakeFolder("/var/lib/forecasts", isPassage: true);
            folder = Path.Combine("/var/lib/forecasts", name);
            OwnerOnly.MakeFolder(folder);
            OwnerOnly.Close(Log(folder));
        }

        await Commands.RunAsync("chown", [$"{account.UserId}:{account.GroupId}", folder], token);
        return folder;
    }

    /// <summary>The port of the server that runs in the cluster; null where none does.</summary>
    public static int? RunningPort(string cluster) =>
        RunningProcess(cluster) is not null && PidFile(cluster) is { Length: > 3 } lines && int.TryParse(lines[3], CultureInfo.InvariantCulture, out var port)
            ? port
            : null;

    /// <summary>The server that runs in the cluster; null where none does, whatever a crash left behind.</summary>
    public static Process? RunningProcess(string cluster)
    {
        if (PidFile(cluster) is not { Length: > 0 } lines || !int.TryParse(lines[0], CultureInfo.InvariantCulture, out var id))
            return null;
        try
        {
            var process = Process.GetProcessById(id);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) ? process : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string[]? PidFile(string cluster)
    {
        var file = Path.Combine(cluster, "data", "postmaster.pid");
        return File.Exists(file) ? File.ReadAllLines(file) : null;
    }
}
