namespace Domain.Tests.Architecture;

/// <summary>No line is longer than a screen is wide. The formatter wraps code; texts, SQL and comments are wrapped by hand.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 160;

    [Fact]
    public void No_line_is_longer_than_160_characters()
    {
        var tooLong = (
            from part in new[] { "src", "tests" }
            from project in Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, part)).Select(d => $"{part}/{Path.GetFileName(d)}")
            from file in SourceTree.FilesIn(project)
            from line in file.Text.Split('\n').Index()
            where line.Item.TrimEnd('\r').Length > Longest
            select $"{project}/{file.Path}:{line.Index + 1}"
        ).ToList();

        Assert.True(tooLong.Count == 0, $"Longer than {Longest} characters:\n{string.Join('\n', tooLong)}");
    }
}
