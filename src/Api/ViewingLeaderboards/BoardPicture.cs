using System.Globalization;
using Api.Drawing;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Api.ViewingLeaderboards;

/// <summary>Draws a board's places with the intervals of their means.</summary>
public static class BoardPicture
{
    private const int MostPlaces = 40;
    private const int RowHeight = 26;

    /// <param name="board">The places to draw.</param>
    /// <param name="tag">The tag that the board is narrowed to, if any.</param>
    public static Picture Draw(LeaderboardAnswer board, string? tag)
    {
        var title = $"Leaderboard by {board.Rule}{(tag is null ? "" : $" ({tag})")}";
        var rows = board.Items.Take(MostPlaces).ToList();
        var plot = PlotTheme.NewPlot($"{title}\n{Caption(board, rows.Count)}");
        plot.XLabel($"mean over the questions, with its 95 % interval ({board.Better} is better)");
        if (rows.Count > 0)
        {
            // The best on top.
            for (var i = 0; i < rows.Count; i++) Place(plot, rows[i], -i);
            plot.Axes.Left.TickGenerator = new NumericManual([.. rows.Select((_, i) => (double)-i)], [.. rows.Select(Label)]);
            plot.Axes.Left.MajorTickStyle.Length = 0;
            plot.Axes.SetLimitsY(-rows.Count + 0.4, 0.6);
            var (low, high) = (rows.Min(r => r.Lower ?? r.Mean), rows.Max(r => r.Upper ?? r.Mean));
            var room = Math.Max(1e-6, 0.06 * (high - low));
            plot.Axes.SetLimitsX(low - room, high + room);
            plot.Grid.YAxisStyle.IsVisible = false;
        }

        return new Picture(plot, 900, 150 + RowHeight * Math.Max(3, rows.Count), title, InWords(title, board, rows));
    }

    private static void Place(Plot plot, LeaderboardItem row, double y)
    {
        var computed = row.Kind is Domain.People.ForecasterKind.Consensus or Domain.People.ForecasterKind.Reference;
        var colour = computed ? PlotTheme.Faint : PlotTheme.Blue;
        if (row is { Lower: { } lower, Upper: { } upper })
        {
            var interval = plot.Add.Line(lower, y, upper, y);
            interval.LineColor = colour;
            interval.LineWidth = 3;
        }

        plot.Add.Marker(row.Mean, y, computed ? MarkerShape.OpenCircle : MarkerShape.FilledCircle, 10, colour);
    }

    private static string Label(LeaderboardItem row) => string.Create(
        CultureInfo.InvariantCulture, $"{row.Rank}. {row.Forecaster}{(row.TiedWith.Count > 0 ? " ≈" : "")}  ({row.Questions:N0})");

    private static string Caption(LeaderboardAnswer board, int shown) => board.Forecasters == 0
        ? board.Reason ?? board.Status
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{shown:N0} of {board.Forecasters:N0} places, by {(board.Reference is null ? "all points" : $"the difference to {board.Reference}")}\n{(board.Reference is null ? "" : "on the same questions, ")}shrunk by 30 questions; in brackets the questions\n≈ not to be told apart from another place; hollow: computed");

    private static string InWords(string title, LeaderboardAnswer board, List<LeaderboardItem> rows) => $"{title}. {Caption(board, rows.Count).Replace('\n', ' ')}. "
        + string.Join("; ", rows.Select(r => string.Create(
            CultureInfo.InvariantCulture, $"{r.Rank}. {r.Forecaster}, mean {r.Mean:0.####} from {r.Lower:0.####} to {r.Upper:0.####} over {r.Questions} questions")));
}
