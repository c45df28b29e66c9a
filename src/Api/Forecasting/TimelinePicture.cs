using System.Globalization;
using Api.Drawing;
using Domain;
using Domain.Forecasts;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Api.Forecasting;

/// <summary>A forecast to be drawn over time.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Steps">Its steps.</param>
/// <param name="IsBackground">Whether it is there to compare with.</param>
public sealed record DrawnForecast(string Name, IReadOnlyList<ForecastStep> Steps, bool IsBackground = false);

/// <summary>Draws forecasts on a question over time, with the evidence that was logged meanwhile and what came out.</summary>
public static class TimelinePicture
{
    private const int MostOptions = 7;
    private const int MostEvidence = 12;

    /// <param name="question">The question.</param>
    /// <param name="title">What the picture is of.</param>
    /// <param name="forecasts">What is drawn, the foreground first.</param>
    /// <param name="until">Where the time drawn ends: now, or the end of the window.</param>
    public static Picture Draw(Question question, string title, IReadOnlyList<DrawnForecast> forecasts, DateTimeOffset until)
    {
        var end = until < question.ClosesAt ? until : question.ClosesAt;
        if (question.Resolution is { } known && known.KnownAt < end) end = known.KnownAt;
        if (end <= question.OpensAt) end = question.OpensAt.AddTicks(1);
        var outcome = question.Resolution is { } resolution ? $"It came out {resolution.Outcome.Shortened(60)} (◆), known {Day(resolution.KnownAt)}" : null;
        var plot = PlotTheme.NewPlot($"{title}\n{question.Title.Shortened(90)}{(outcome is null ? "" : "\n" + outcome)}");
        var words = new List<string>();
        var values = new List<double>();
        foreach (var forecast in forecasts) Lines(plot, question, forecast, end, words, values);
        if (OutcomeOf(question) is { } at)
        {
            plot.Add.Marker(Time(end.UtcTicks), at, MarkerShape.FilledDiamond, 14, PlotTheme.Ink);
            values.Add(at);
        }

        var (low, high) = question.Range is null || values.Count == 0 ? (0, 1) : (values.Min(), values.Max());
        var height = Math.Max(high - low, 1e-6);
        var (start, length) = (Time(question.OpensAt.UtcTicks), Time(end.UtcTicks) - Time(question.OpensAt.UtcTicks));
        var times = (DateTimeAutomatic)plot.Axes.DateTimeTicksBottom().TickGenerator;
        times.LabelFormatter = t => t.ToString(length > 5 ? "yyyy-MM-dd" : "MM-dd HH:mm", CultureInfo.InvariantCulture);
        var shown = Evidence(plot, question, end, high + (0.07 * height));
        plot.Axes.SetLimits(start - (0.005 * length), start + (1.03 * length), low - (0.03 * height), high + (0.11 * height));
        words.AddRange(shown.Select((e, i) => $"evidence {i + 1}: {e.Title} ({Day(e.OccurredAt)})"));
        if (outcome is not null) words.Add(outcome);
        plot.YLabel(question.Range is null ? "probability" : question.Unit ?? (question.Type == QuestionType.Date ? "days since 1970" : "value"));
        plot.Legend.Orientation = Orientation.Vertical;
        plot.ShowLegend(Edge.Bottom);
        return new Picture(plot, 900, 460 + (18 * (shown.Count + (question.Options.Count > 2 ? Math.Min(question.Options.Count, MostOptions) : 2))), title, $"{title}. {question.Title}. {string.Join("; ", words)}.");
    }

    private static void Lines(Plot plot, Question question, DrawnForecast forecast, DateTimeOffset end, List<string> words, List<double> values)
    {
        var standing = StandingForecasts.Within(forecast.Steps, question.OpensAt, end);
        if (question.Range is not null)
        {
            Line(plot, forecast.Name + ", median", standing, p => Median((Prediction.Quantiles)p), forecast.IsBackground ? 1 : 0, forecast.IsBackground, words, values);
            return;
        }

        // Yes alone says all of a binary question; of many options a background would only hide the foreground.
        var drawn = question.Type == QuestionType.Binary ? 1 : Math.Min(question.Options.Count, MostOptions);
        if (forecast.IsBackground && drawn > 3) return;
        for (var option = 0; option < drawn; option++)
        {
            var of = option;
            var name = question.Type == QuestionType.Binary ? forecast.Name : $"{forecast.Name}: {question.Options[option].Shortened(40)}";
            Line(
                plot, name, standing, p => ((Prediction.Categorical)p).Probabilities[of], question.Type == QuestionType.Binary && forecast.IsBackground ? 1 : option, forecast.IsBackground,
                words, values);
        }
    }

    private static void Line(
        Plot plot, string name, IReadOnlyList<Standing> standing, Func<Prediction, double> value, int series, bool isBackground, List<string> words, List<double> values)
    {
        var label = name;
        for (var from = 0; from < standing.Count;)
        {
            List<double> times = [], heights = [];
            var to = from;
            for (; to < standing.Count && (to == from || standing[to].From == standing[to - 1].To); to++)
            {
                var height = value(standing[to].Prediction);
                times.AddRange([Time(standing[to].From), Time(standing[to].To)]);
                heights.AddRange([height, height]);
            }

            var line = plot.Add.ScatterLine(times.ToArray(), heights.ToArray());
            line.Color = PlotTheme.Series[series % PlotTheme.Series.Length];
            line.LineWidth = isBackground ? 2 : 3;
            line.LinePattern = isBackground ? LinePattern.Dashed : PlotTheme.Dashes[series % PlotTheme.Dashes.Length];
            line.LegendText = label;
            label = "";
            values.AddRange(heights);
            from = to;
        }

        if (standing.Count > 0)
        {
            words.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: from {value(standing[0].Prediction):0.###} to {value(standing[^1].Prediction):0.###} in {standing.Count} steps"));
        }
    }

    private static List<Evidence> Evidence(Plot plot, Question question, DateTimeOffset end, double top)
    {
        var shown = question.Evidence.Where(e => e.OccurredAt >= question.OpensAt && e.OccurredAt < end).OrderBy(e => e.OccurredAt).Take(MostEvidence).ToList();
        for (var i = 0; i < shown.Count; i++)
        {
            var line = plot.Add.VerticalLine(Time(shown[i].OccurredAt.UtcTicks));
            line.LineColor = PlotTheme.Faint;
            line.LinePattern = LinePattern.Dotted;
            line.LineWidth = 1.5f;
            var number = plot.Add.Text($"{i + 1}", Time(shown[i].OccurredAt.UtcTicks), top);
            number.LabelAlignment = Alignment.MiddleCenter;
            number.LabelFontSize = 13;
            number.LabelFontColor = PlotTheme.Ink;
            number.LabelBackgroundColor = Colors.White;
            number.LabelPadding = 2;
            line.LegendText = $"{i + 1}  {Day(shown[i].OccurredAt)}  {shown[i].Title.Shortened(80)}";
        }

        return shown;
    }

    private static double? OutcomeOf(Question question) => OutcomeText.Parse(question, question.Resolution?.Outcome) switch
    {
        OutcomeValue.Point(var y) => y,
        OutcomeValue.Option(var option) when question.Type == QuestionType.Binary => option == 0 ? 1 : 0,
        OutcomeValue.Option => 1,
        _ => null,
    };

    private static double Median(Prediction.Quantiles stated)
    {
        var points = stated.Points;
        var above = 0;
        while (above < points.Length && points[above].Level < 0.5) above++;
        if (above == points.Length) return points[^1].Value;
        if (above == 0 || points[above].Level == 0.5) return points[above].Value;
        var (low, high) = (points[above - 1], points[above]);
        return low.Value + ((high.Value - low.Value) * (0.5 - low.Level) / (high.Level - low.Level));
    }

    private static double Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToOADate();

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
