using System.Globalization;
using Api.Drawing;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.Resolutions;
using ScottPlot;

namespace Api.Forecasts;

/// <summary>One line of a timeline: a probability over time, or the median of a distribution with its bands.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Standing">What stood when.</param>
/// <param name="IsBackground">Whether it is there to compare with.</param>
/// <param name="Line">The height of the line in each stretch.</param>
/// <param name="Bands">The lower and upper ends of each band in each stretch, the widest first; none for a probability.</param>
/// <param name="Look">How the line is drawn.</param>
/// <param name="Say">A height in words.</param>
internal sealed record TimelineSeries(
    string Name,
    IReadOnlyList<StandingInterval> Standing,
    bool IsBackground,
    IReadOnlyList<double> Line,
    IReadOnlyList<TimelineBand> Bands,
    LegendKey Look,
    Func<double, string> Say
)
{
    // Of more steps than these each marker is small.
    private const int Few = 60;

    /// <summary>The probability of an option.</summary>
    public static TimelineSeries OfOption(string name, IReadOnlyList<StandingInterval> standing, int option, int place, bool isBackground) =>
        new(
            name,
            standing,
            isBackground,
            [.. standing.Select(s => ((Prediction.Categorical)s.Prediction).Probabilities[option])],
            [],
            LookOf(place, isBackground, standing.Count),
            p => p.ToString("0.###", CultureInfo.InvariantCulture)
        );

    /// <summary>The median of a distribution, and where a half and nine tenths of it lie.</summary>
    public static TimelineSeries OfDistribution(string name, IReadOnlyList<StandingInterval> standing, QuestionRange range, bool isDate, bool isBackground)
    {
        var curves = standing.Select(s => ((Prediction.Quantiles)s.Prediction, new StatedDistribution((Prediction.Quantiles)s.Prediction, range))).ToList();
        return new(
            name,
            standing,
            isBackground,
            Quantiles(0.5),
            isBackground ? [] : [new("5 % to 95 %", Quantiles(0.05), Quantiles(0.95), 0.16), new("25 % to 75 %", Quantiles(0.25), Quantiles(0.75), 0.28)],
            LookOf(isBackground ? 1 : 0, isBackground, standing.Count),
            isDate ? d => OutcomeText.FormatDay(Math.Floor(d)) : v => v.ToString("0.#####", CultureInfo.InvariantCulture)
        );

        double[] Quantiles(double level) => [.. curves.Select(c => StatedQuantiles.At(c.Item1, c.Item2, level))];
    }

    /// <summary>Every height that is drawn.</summary>
    public IEnumerable<double> Reach => Line.Concat(Bands.SelectMany(b => b.Low.Concat(b.High)));

    public string InWords() =>
        $"{Name}{(IsDistribution ? ", median" : "")}: from {Say(Line[0])} to {Say(Line[^1])} in {Standing.Count} steps"
        + string.Concat(Bands.Select(b => $", at last {b.Name} from {Say(b.Low[^1])} to {Say(b.High[^1])}"));

    public void Draw(Sheet sheet)
    {
        foreach (var (from, to) in Unbroken())
        {
            foreach (var band in Bands)
            {
                var area = sheet.Plot.Add.FillY(Times(from, to), Heights(band.Low, from, to), Heights(band.High, from, to));
                area.FillColor = Look.Colour.WithAlpha(band.Density);
                area.LineWidth = 0;
                area.MarkerStyle.IsVisible = false;
            }

            sheet.Line(Look, Times(from, to), Heights(Line, from, to));
        }

        // A forecast that stood for a moment, or that is the only one, has no length to be seen by.
        sheet.Plot.Add.Markers(Standing.Select(s => TimeMarks.Days(s.From)).ToArray(), Line.ToArray(), MarkerShape.FilledCircle, Look.MarkerSize, Look.Colour);
        sheet.Explain(Look, IsDistribution ? $"{Name}, median" : Name);
        foreach (var band in Bands.Reverse())
            sheet.Explain(Look with { Colour = Look.Colour.WithAlpha(band.Density), IsArea = true }, $"{Name}, {band.Name}");
    }

    private bool IsDistribution => Standing[0].Prediction is Prediction.Quantiles;

    private static LegendKey LookOf(int place, bool isBackground, int steps) =>
        new(
            PlotTheme.Series[place % PlotTheme.Series.Length],
            isBackground ? 2 : 3,
            isBackground ? LinePattern.Dashed : PlotTheme.Dashes[place % PlotTheme.Dashes.Length],
            (steps <= Few ? 8 : 4) - (isBackground ? 2 : 0)
        );

    /// <summary>From which stretch until before which other a forecast stood without a gap.</summary>
    private IEnumerable<(int From, int To)> Unbroken()
    {
        for (int from = 0, to; from < Standing.Count; from = to)
        {
            for (to = from + 1; to < Standing.Count && Standing[to].From == Standing[to - 1].To; )
                to++;
            yield return (from, to);
        }
    }

    private double[] Times(int from, int to) =>
        [.. Enumerable.Range(from, to - from).SelectMany(i => new[] { TimeMarks.Days(Standing[i].From), TimeMarks.Days(Standing[i].To) })];

    private static double[] Heights(IReadOnlyList<double> of, int from, int to) =>
        [.. Enumerable.Range(from, to - from).SelectMany(i => new[] { of[i], of[i] })];
}

/// <summary>Where a part of a distribution lies, stretch by stretch.</summary>
/// <param name="Name">Which part.</param>
/// <param name="Low">Its lower ends.</param>
/// <param name="High">Its upper ends.</param>
/// <param name="Density">How dense it is drawn, from 0 to 1.</param>
internal sealed record TimelineBand(string Name, IReadOnlyList<double> Low, IReadOnlyList<double> High, double Density);
