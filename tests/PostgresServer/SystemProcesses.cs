using System.Diagnostics;
using System.Globalization;

namespace PostgresServer;

/// <summary>Processes as Linux shows them in <c>/proc</c>, and the programs that are run on them.</summary>
internal static class SystemProcesses
{
    /// <summary>A process's state as one letter; null where there is no such process.</summary>
    public static string? State(int process) => Stat(process) is [var state, ..] ? state : null;

    public static List<int> Children(int parent) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var process) ? process : 0)
                .Where(p => p > 0 && Stat(p) is [_, var its, ..] && its == parent.ToString(CultureInfo.InvariantCulture)),
        ];

    /// <summary>Sends a signal to those of the processes that are there.</summary>
    public static async Task SignalAsync(string signal, params int[] processes)
    {
        if (processes.Length > 0)
            await RunAsync("kill", [$"-{signal}", .. processes.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it said where it failed; null where it did not.</returns>
    public static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : said.Trim();
    }

    /// <exception cref="IOException">It failed; the message holds what it said.</exception>
    public static async Task MustRunAsync(string program, params string[] arguments)
    {
        if (await RunAsync(program, arguments) is { } refusal)
            throw new IOException($"{program} {string.Join(' ', arguments)}: {refusal}");
    }

    /// <summary>A process's state, its parent and so on; null where there is none.</summary>
    private static string[]? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            // The name before it stands in brackets and may hold anything.
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
