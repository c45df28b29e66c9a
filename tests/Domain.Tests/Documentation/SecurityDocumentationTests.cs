using System.Text.RegularExpressions;

namespace Domain.Tests.Documentation;

/// <summary>docs/security.md against the tests that it names.</summary>
public sealed partial class SecurityDocumentationTests
{
    [Fact]
    public void Every_threat_names_tests_that_there_are()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        var sources = Directory
            .EnumerateFiles(Path.Combine(root.FullName, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Split(Path.DirectorySeparatorChar).Contains("obj"))
            .Select(File.ReadAllText)
            .ToList();
        bool Exists(string test) =>
            test.Split('.') is var parts
            && sources.Any(s =>
                s.Contains($" class {parts[0]}", StringComparison.Ordinal) && (parts.Length == 1 || s.Contains($" {parts[1]}(", StringComparison.Ordinal))
            );

        var threats = File.ReadLines(Path.Combine(root.FullName, "docs", "security.md"))
            .SkipWhile(l => l != "## Threats")
            .TakeWhile(l => !l.StartsWith("## What is not", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(l => (Threat: l.Split('|')[1].Trim(), Tests: Named().Matches(l.Split('|')[3]).Select(m => m.Groups[1].Value).ToList()))
            .ToList();

        Assert.True(threats.Count >= 15);
        Assert.Empty(threats.Where(t => t.Tests.Count == 0).Select(t => $"'{t.Threat}' names no test"));
        Assert.Empty(threats.SelectMany(t => t.Tests).Where(t => !Exists(t)).Select(t => $"There is no test {t}"));
    }

    [GeneratedRegex("`([A-Za-z_.]+)`")]
    private static partial Regex Named();
}
