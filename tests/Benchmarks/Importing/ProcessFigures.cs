using System.Globalization;

namespace Benchmarks.Importing;

/// <summary>What the system says about processes, where it is Linux; 0 elsewhere.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100;

    // As much of the name as Linux keeps.
    private const string CompilerThread = ".NET Tiered Com";

    /// <summary>A figure of the memory of a process, such as <c>VmRSS</c> or <c>VmHWM</c>, in MiB.</summary>
    public static double Memory(int process, string figure)
    {
        var status = $"/proc/{process}/status";
        if (!File.Exists(status))
            return 0;
        var line = File.ReadLines(status).First(l => l.StartsWith(figure, StringComparison.Ordinal));
        return long.Parse(new string([.. line.Where(char.IsDigit)]), CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>The processor time in seconds of a process, of its children that have ended and, where wanted, of those that run.</summary>
    public static double ProcessorSeconds(int process, bool withChildren = false)
    {
        var seconds = Stat(process) is { } own ? own.Take(4).Sum(long.Parse) / TicksPerSecond : 0;
        if (!withChildren || !Directory.Exists("/proc"))
            return seconds;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Parent(id) == process)
                seconds += ProcessorSeconds(id);
        }

        return seconds;
    }

    /// <summary>The processor time in seconds of the threads of a process that compile code again while it runs.</summary>
    public static double CompilerSeconds(int process)
    {
        var tasks = $"/proc/{process}/task";
        if (!Directory.Exists(tasks))
            return 0;
        var seconds = 0.0;
        foreach (var task in Directory.EnumerateDirectories(tasks))
        {
            try
            {
                if (!File.ReadAllText(Path.Combine(task, "comm")).StartsWith(CompilerThread, StringComparison.Ordinal))
                    continue;
                var text = File.ReadAllText(Path.Combine(task, "stat"));
                seconds += text[(text.LastIndexOf(')') + 2)..].Split(' ')[11..13].Sum(long.Parse) / TicksPerSecond;
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }

        return seconds;
    }

    /// <summary>The process that started another; null where it has ended.</summary>
    public static int? Parent(int process) => Fields(process) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;

    private static string[]? Stat(int process) => Fields(process) is { } fields ? fields[11..15] : null;

    // After the name, which may hold anything: state, parent, …
    private static string[]? Fields(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
