namespace Api.Pages.Pictures;

/// <summary>A label at the end of a line.</summary>
/// <param name="Y">Where its middle lies.</param>
/// <param name="Text">What it says.</param>
/// <param name="Look">The class of the line.</param>
public readonly record struct EndLabel(double Y, string Text, string Look);

/// <summary>Moves labels at lines' ends apart, so that each can be read.</summary>
internal static class EndLabels
{
    // A line of the larger letters of narrow windows.
    private const double Line = 16;

    /// <summary>The labels in their order from above, none nearer to the next than a line of text, as near to their lines as that allows.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="top">Where the first may lie.</param>
    /// <param name="bottom">Where the last may lie.</param>
    public static IReadOnlyList<EndLabel> Apart(IEnumerable<EndLabel> labels, double top, double bottom)
    {
        var placed = labels.OrderBy(l => l.Y).ToArray();
        for (var i = 0; i < placed.Length; i++)
            placed[i] = placed[i] with { Y = Math.Max(placed[i].Y, i == 0 ? top : placed[i - 1].Y + Line) };
        for (var i = placed.Length - 1; i >= 0; i--)
            placed[i] = placed[i] with { Y = Math.Min(placed[i].Y, i == placed.Length - 1 ? bottom : placed[i + 1].Y - Line) };
        return placed;
    }
}
