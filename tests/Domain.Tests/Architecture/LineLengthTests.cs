namespace Domain.Tests.Architecture;

/// <summary>No line is longer than a screen is wide. The formatter wraps code; texts, SQL and comments are wrapped by hand.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 160;

    /// <summary>How many longer lines a project may still have. The numbers shrink; none is added.</summary>
    private static readonly Dictionary<string, int> Allowance = new(StringComparer.Ordinal)
    {
        ["src/Domain"] = 45,
        ["src/EmbeddedPostgres"] = 3,
        ["src/Store"] = 100,
        ["src/Worker"] = 40,
        ["tests/Api.Tests"] = 45,
        ["tests/Benchmarks"] = 15,
        ["tests/Domain.Tests"] = 15,
        ["tests/EndToEnd.Tests"] = 10,
        ["tests/RealForecasts"] = 2,
        ["tests/Store.Tests"] = 15,
    };

    [Fact]
    public void No_line_is_longer_than_160_characters()
    {
        var tooLong = (
            from part in new[] { "src", "tests" }
            from project in Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, part)).Select(d => $"{part}/{Path.GetFileName(d)}")
            let lines = SourceTree
                .FilesIn(project)
                .SelectMany(f => f.Text.Split('\n').Index().Where(l => l.Item.TrimEnd('\r').Length > Longest).Select(l => $"{project}/{f.Path}:{l.Index + 1}"))
                .ToList()
            where lines.Count > Allowance.GetValueOrDefault(project)
            select $"{project} has {lines.Count} lines of more than {Longest} characters, of {Allowance.GetValueOrDefault(project)} allowed:\n"
                + string.Join("\n", lines)
        ).ToList();

        Assert.True(tooLong.Count == 0, string.Join("\n", tooLong));
    }
}
