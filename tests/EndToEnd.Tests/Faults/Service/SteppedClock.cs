using System.Globalization;

namespace EndToEnd.Tests.Faults.Service;

/// <summary>A clock of a process that can be set while the process runs, by libfaketime. What measures how long something takes goes on as it does.</summary>
internal sealed class SteppedClock : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly string _library;

    private SteppedClock(string library)
    {
        _library = library;
        Set(TimeSpan.Zero);
    }

    /// <summary>What a process is started with that goes by this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = _library,
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["FAKETIME_CACHE_DURATION"] = "1",
        };

    /// <summary>A clock; null where the library is not installed.</summary>
    public static SteppedClock? IfInstalled() =>
        new[] { "/usr/lib", "/usr/lib64" }
            .Where(Directory.Exists)
            .SelectMany(d => Directory.GetDirectories(d).Append(d))
            .Select(d => Path.Combine(d, "faketime", "libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists)
            is { } library
            ? new SteppedClock(library)
            : null;

    /// <summary>Sets the clock this far ahead of the true time, or behind it; the process goes by it within a second.</summary>
    public void Set(TimeSpan ahead)
    {
        // Replaced as a whole, so that no process reads half of it.
        var next = _file + ".next";
        File.WriteAllText(next, string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0.###;-0.###;+0}\n"));
        File.Move(next, _file, overwrite: true);
    }

    public void Dispose() => File.Delete(_file);
}
