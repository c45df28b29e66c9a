using System.Globalization;
using System.Text;

namespace Api.Pages.Pictures;

/// <summary>Paths of what stands until it changes: steps, never slopes.</summary>
internal static class StepPath
{
    /// <summary>A line through steps; where nothing stands there is a gap.</summary>
    /// <param name="steps">From where which height stands, in the picture's units, in order.</param>
    /// <param name="end">Where the last one ends.</param>
    public static string Line(IEnumerable<(double X, double? Y)> steps, double end)
    {
        var path = new StringBuilder();
        double? standing = null;
        foreach (var (x, y) in Thinned(steps))
        {
            if (standing is not null)
                path.Append('H').Append(Scale.Text(x));
            if (y is { } height)
                path.Append(standing is null ? $"M{Scale.Text(x)} {Scale.Text(height)}" : $"V{Scale.Text(height)}");
            standing = y;
        }

        if (standing is not null)
            path.Append('H').Append(Scale.Text(end));
        return path.ToString();
    }

    /// <summary>
    /// A dot for each step that stands for less than a line can show, and lies apart from what stands before and after it: a path of lines without length,
    /// which are dots where lines have round ends.
    /// </summary>
    /// <param name="steps">From where which height stands, in the picture's units, in order.</param>
    /// <param name="end">Where the last one ends.</param>
    /// <param name="aloneOnly">Whether those alone get one before and after which nothing stands, as of a crowd, whose median changes often.</param>
    public static string Brief(IEnumerable<(double X, double? Y)> steps, double end, bool aloneOnly = false)
    {
        var path = new StringBuilder();
        double? before = null;
        (double X, double? Y) standing = (0, null);
        foreach (var next in steps.Append((end, null)))
        {
            if (standing is { Y: { } height } && next.Item1 - standing.X < Shortest && IsApart(height, before, next.Item2, aloneOnly))
                path.Append(CultureInfo.InvariantCulture, $"M{Scale.Text(standing.X)} {Scale.Text(height)}h0");
            before = standing.Y;
            standing = next;
        }

        return path.ToString();
    }

    private static bool IsApart(double height, double? before, double? after, bool aloneOnly)
    {
        if (before is null && after is null)
            return true;
        var (one, other) = (before ?? after!.Value, after ?? before!.Value);
        return !aloneOnly && (height < Math.Min(one, other) - 1 || height > Math.Max(one, other) + 1);
    }

    /// <summary>The area between two heights that change at the same places; one for each stretch without a gap.</summary>
    public static string Band(IEnumerable<(double X, double? Low, double? High)> steps, double end)
    {
        var path = new StringBuilder();
        var stretch = new List<(double X, double Low, double High)>();
        var last = double.NegativeInfinity;
        foreach (var (x, low, high) in steps)
        {
            if (low is { } l && high is { } h)
            {
                if (stretch.Count > 0 && x - last < Finest)
                    stretch[^1] = (stretch[^1].X, l, h);
                else
                {
                    stretch.Add((x, l, h));
                    last = x;
                }

                continue;
            }

            Close(x);
        }

        Close(end);
        return path.ToString();

        void Close(double to)
        {
            if (stretch.Count == 0)
                return;
            path.Append('M').Append(Scale.Text(stretch[0].X)).Append(' ').Append(Scale.Text(stretch[0].High));
            foreach (var (x, _, high) in stretch.Skip(1))
                path.Append('H').Append(Scale.Text(x)).Append('V').Append(Scale.Text(high));
            path.Append('H').Append(Scale.Text(to)).Append('V').Append(Scale.Text(stretch[^1].Low));
            for (var i = stretch.Count - 1; i > 0; i--)
                path.Append('H').Append(Scale.Text(stretch[i].X)).Append('V').Append(Scale.Text(stretch[i - 1].Low));
            path.Append('H').Append(Scale.Text(stretch[0].X)).Append('Z');
            stretch.Clear();
            last = double.NegativeInfinity;
        }
    }

    // A line of this length is hardly seen.
    private const double Shortest = 1.5;

    // Nearer than this steps are not told apart: of those the last is drawn.
    private const double Finest = 0.5;

    private static IEnumerable<(double X, double? Y)> Thinned(IEnumerable<(double X, double? Y)> steps)
    {
        (double X, double? Y)? waiting = null;
        foreach (var step in steps)
        {
            if (waiting is { } before)
            {
                if (step.X - before.X < Finest && before.Y is not null && step.Y is not null)
                {
                    waiting = (before.X, step.Y);
                    continue;
                }

                yield return before;
            }

            waiting = step;
        }

        if (waiting is { } last)
            yield return last;
    }
}
