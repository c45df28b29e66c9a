using System.Text.RegularExpressions;

namespace Domain.Tests.Architecture;

/// <summary>Who may know how events lie in the database: a change of their shape is then made in few places.</summary>
public sealed partial class TableNameTests
{
    [Fact]
    public void Only_the_room_of_events_names_their_tables() =>
        Assert.Empty(SourceTree.FilesOf("Store").Where(f => !IsOfEvents(f.Path) && EventTable().IsMatch(f.Text)).Select(f => f.Path));

    /// <summary>Documents have a column of that name as well; whoever reads those names their table beside it.</summary>
    [Fact]
    public void Only_the_room_of_events_looks_into_their_data() =>
        Assert.Empty(
            from file in SourceTree.FilesOf("Store")
            where !IsOfEvents(file.Path)
            from line in file.Text.Split('\n')
            where EventData().IsMatch(line)
            select $"{file.Path}: {line.Trim()}"
        );

    private static bool IsOfEvents(string path) => path.StartsWith("Events/", StringComparison.Ordinal);

    [Theory]
    [InlineData("Domain")]
    [InlineData("Worker")]
    [InlineData("Api")]
    [InlineData("Cli")]
    public void No_other_project_names_a_table(string project) =>
        Assert.Empty(SourceTree.FilesOf(project).Where(f => Table().IsMatch(f.Text)).Select(f => f.Path));

    [GeneratedRegex(@"\bmt_(events|streams|event_progression)")]
    private static partial Regex EventTable();

    [GeneratedRegex(@"\be\.data\b|\bevents?\.data\b|from \{[^}]*Events\}.*\bdata ->")]
    private static partial Regex EventData();

    [GeneratedRegex(@"\b(mt_\w+|view_\w+|pg_(class|stat_\w+|locks))\b")]
    private static partial Regex Table();
}
