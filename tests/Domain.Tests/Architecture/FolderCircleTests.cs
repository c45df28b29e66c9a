namespace Domain.Tests.Architecture;

/// <summary>Folders inside a project do not know each other in circles, so that each can be read after those that it builds on.</summary>
public sealed class FolderCircleTests
{
    /// <summary>Circles that stand until they are taken apart. A pair is removed from here with its circle; none is added.</summary>
    private static readonly Dictionary<string, string[]> Standing = new(StringComparer.Ordinal)
    {
        ["Domain"] = [],
        ["Store"] = [],
        ["Worker"] = [],
        ["Api"] = [],
    };

    [Theory]
    [InlineData("Domain")]
    [InlineData("Store")]
    [InlineData("Worker")]
    [InlineData("Api")]
    public void No_two_folders_know_each_other(string project)
    {
        var references = SourceTree.FolderReferences(project);

        var pairs = references
            .Where(r => string.CompareOrdinal(r.From, r.To) < 0 && references.Contains((r.To, r.From)))
            .Select(r => $"{r.From} and {r.To}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(Standing[project].Order(StringComparer.Ordinal), pairs);
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("Store")]
    [InlineData("Worker")]
    [InlineData("Api")]
    public void No_longer_circle_runs_through_folders(string project)
    {
        var references = SourceTree.FolderReferences(project);
        references.RemoveWhere(r => Standing[project].Contains($"{r.From} and {r.To}") || Standing[project].Contains($"{r.To} and {r.From}"));

        // Who is known by nobody that is left, or knows nobody that is left, is in no circle.
        for (var count = -1; count != references.Count; )
        {
            count = references.Count;
            var (known, knowing) = (
                references.Select(r => r.To).ToHashSet(StringComparer.Ordinal),
                references.Select(r => r.From).ToHashSet(StringComparer.Ordinal)
            );
            references.RemoveWhere(r => !known.Contains(r.From) || !knowing.Contains(r.To));
        }

        Assert.Empty(references.Select(r => $"{r.From} → {r.To}").Order(StringComparer.Ordinal));
    }
}
