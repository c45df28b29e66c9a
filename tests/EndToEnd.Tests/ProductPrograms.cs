using System.Diagnostics;

namespace EndToEnd.Tests;

/// <summary>
/// The product's programs as they are started here: published as for production, once for all tests. A published program starts in a third of the processor
/// time of one that was built to be debugged, and these tests start some hundred.
/// </summary>
internal static class ProductPrograms
{
    private static readonly string[] Projects = ["Api", "Worker"];
    private static readonly Lazy<string?> Published = new(Publish);

    /// <summary>
    /// The program of a project: in the folder that <c>FORECASTS_PROGRAMS</c> names, else published here, else, where that cannot be done, as it was built
    /// beside these tests.
    /// </summary>
    public static string PathOf(string project) =>
        Published.Value is { } folder
            ? Path.Combine(folder, project, $"{project}.dll")
            : Path.Combine(Root(), "src", project, "bin", Configuration(), "net10.0", $"{project}.dll");

    private static string? Publish()
    {
        if (Environment.GetEnvironmentVariable("FORECASTS_PROGRAMS") is { Length: > 0 } given)
            return given;
        var artifacts = Directory.CreateDirectory(Path.Combine(Root(), "tests", "EndToEnd.Tests", "obj", "programs")).FullName;
        using var turn = Turn(Path.Combine(artifacts, "lock"));
        foreach (var project in Projects)
        {
            if (Publish(project, artifacts) is { } trouble)
            {
                Console.Error.WriteLine($"{project} could not be published, so what was built is started, which takes three times as long: {trouble}");
                return null;
            }
        }

        return artifacts;
    }

    private static string? Publish(string project, string artifacts)
    {
        // A folder of artifacts of its own leaves alone what the solution's build made.
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "publish",
                Path.Combine(Root(), "src", project),
                "--configuration",
                "Release",
                "--use-current-runtime",
                "--self-contained",
                "false",
                "--artifacts-path",
                artifacts,
                "--output",
                Path.Combine(artifacts, project),
                "-nodeReuse:false",
                "-p:UseSharedCompilation=false",
                "-p:RunAnalyzers=false",
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Where the tests themselves were started by a build, its settings are not meant for this one.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var publishing = Process.Start(start)!;
        var errors = publishing.StandardError.ReadToEndAsync();
        var said = publishing.StandardOutput.ReadToEnd();
        publishing.WaitForExit();
        return publishing.ExitCode == 0 ? null : said + errors.GetAwaiter().GetResult();
    }

    private static FileStream Turn(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Another process publishes; it ends its turn when it has, or with itself.
                Thread.Sleep(200);
            }
        }
    }

    private static string Configuration() => AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string Root()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        return root.FullName;
    }
}
