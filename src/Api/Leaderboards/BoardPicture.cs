using System.Globalization;
using Api.Drawing;
using Domain.People;
using ScottPlot;

namespace Api.Leaderboards;

/// <summary>Draws a board's places with the intervals of their means.</summary>
public static class BoardPicture
{
    private const int MostPlaces = 40;
    private const int RowHeight = 26;

    /// <param name="title">What board it is.</param>
    /// <param name="board">The places to draw.</param>
    public static Picture Draw(string title, LeaderboardAnswer board)
    {
        var rows = board.Items.Take(MostPlaces).ToList();
        var ties = Ties(rows);
        var (low, high) = rows.Count == 0 ? (0, 1) : (rows.Min(r => r.Lower ?? r.Mean), rows.Max(r => r.Upper ?? r.Mean));
        var room = Math.Max(1e-6, 0.06 * (high - low));
        // The best on top.
        var sheet = new Sheet(900, RowHeight * Math.Max(3, rows.Count))
        {
            Across =
                Axis.OfNumbers(low - room, high + room, $"mean over the questions, with its 95 % interval ({board.Better} is better)") is var axis
                && rows.Count > 0
                    ? axis
                    : axis with
                    {
                        Marks = [],
                    },
            Up = new Axis(-Math.Max(3, rows.Count) + 0.4, 0.6, [.. rows.Select((r, i) => new AxisMark(-i, Label(r, ties.Contains(r.Forecaster))))], ""),
            WidestLabel = 420,
        };
        sheet.Title(title);
        sheet.Plot.Axes.Left.MajorTickStyle.Length = 0;
        sheet.Plot.Grid.YAxisStyle.IsVisible = false;
        foreach (var (i, row) in rows.Index())
            Place(sheet, row, -i);
        var caption = Caption(board, rows, ties).ToList();
        foreach (var line in caption)
            sheet.Line(line);
        if (rows.Count == 0)
            sheet.Say(Nothing(board));
        if (rows.Any(r => !IsComputed(r)))
            sheet.Explain(new LegendKey(PlotTheme.Blue, 3, LinePattern.Solid, 10), "forecasters");
        if (rows.Any(IsComputed))
            sheet.Explain(new LegendKey(PlotTheme.Faint, 3, LinePattern.Solid, 10, Hollow: true), "computed: consensus and references");
        return sheet.Finish(title, InWords(title, board, rows, caption));
    }

    /// <summary>
    /// Who is marked as not to be told apart from the first place. Where that is nobody or everybody, a mark on each says nothing, and none is drawn.
    /// </summary>
    private static HashSet<string> Ties(List<LeaderboardItem> rows)
    {
        if (rows.Count < 3)
            return [];
        var tied = rows.Skip(1).Where(r => r.IsTiedWith(rows[0].Place)).Select(r => r.Forecaster).ToHashSet(StringComparer.Ordinal);
        return tied.Count == rows.Count - 1 ? [] : tied;
    }

    private static bool AllTied(List<LeaderboardItem> rows) => rows.Count > 1 && rows.Skip(1).All(r => r.IsTiedWith(rows[0].Place));

    private static void Place(Sheet sheet, LeaderboardItem row, double y)
    {
        var colour = IsComputed(row) ? PlotTheme.Faint : PlotTheme.Blue;
        if (row is { Lower: { } lower, Upper: { } upper })
        {
            var interval = sheet.Plot.Add.Line(lower, y, upper, y);
            interval.LineColor = colour;
            interval.LineWidth = 3;
        }

        sheet.Plot.Add.Marker(row.Mean, y, IsComputed(row) ? MarkerShape.OpenCircle : MarkerShape.FilledCircle, 10, colour);
    }

    private static bool IsComputed(LeaderboardItem row) => row.Kind is ForecasterKind.Consensus or ForecasterKind.Reference;

    private static string Label(LeaderboardItem row, bool isTied) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Rank}. {row.Forecaster}{(isTied ? " ≈" : "")}  ({row.Questions:N0})");

    private static string Nothing(LeaderboardAnswer board) => board.Reason ?? (board.Forecasters > 0 ? "No place is left on this page." : board.Status);

    private static IEnumerable<string> Caption(LeaderboardAnswer board, List<LeaderboardItem> rows, HashSet<string> ties)
    {
        if (rows.Count == 0)
            yield break;
        var by = board.Reference is null ? "all points" : $"the difference to {board.Reference} on the same questions";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Count:N0} of {board.Forecasters:N0} places, by {by}, shrunk by 30 questions; in brackets the questions."
        );
        if (board.ReferenceNote is { } note)
            yield return note;
        if (AllTied(rows))
            yield return "No place here can be told apart from the first.";
        else if (ties.Count > 0)
            yield return "≈ not to be told apart from the first place.";
    }

    private static string InWords(string title, LeaderboardAnswer board, List<LeaderboardItem> rows, IReadOnlyList<string> caption) =>
        rows.Count == 0
            ? $"{title}. {Nothing(board)}"
            : $"{title}. {string.Join(" ", caption)} "
                + string.Join(
                    "; ",
                    rows.Select(r =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{r.Rank}. {r.Forecaster}, mean {r.Mean:0.####} from {r.Lower:0.####} to {r.Upper:0.####} over {r.Questions} questions"
                        )
                    )
                );
}
