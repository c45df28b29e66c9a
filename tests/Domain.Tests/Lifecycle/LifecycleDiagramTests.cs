namespace Lifecycle.Tests;

/// <summary>The diagram of a question's lifecycle in the documents.</summary>
public sealed class LifecycleDiagramTests
{
    private const string From = "<!-- drawn from the decisions -->";
    private const string To = "<!-- end -->";

    [Fact]
    public void The_diagram_in_the_docs_is_what_the_decisions_draw()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        var file = Path.Combine(root.FullName, "docs", "lifecycle.md");
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        var (start, end) = (text.IndexOf(From, StringComparison.Ordinal) + From.Length, text.IndexOf(To, StringComparison.Ordinal));
        var drawn = LifecycleDiagram.Draw();
        // DRAW_LIFECYCLE=1 redraws it, for whoever changed a decision and means it.
        if (Environment.GetEnvironmentVariable("DRAW_LIFECYCLE") == "1")
            File.WriteAllText(file, $"{text[..start]}\n{drawn}\n{text[end..]}");

        Assert.Equal(drawn, text[start..end].Trim());
    }
}
