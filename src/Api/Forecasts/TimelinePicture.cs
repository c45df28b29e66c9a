using System.Globalization;
using Api.Drawing;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.Questions;
using Domain.Resolutions;
using ScottPlot;

namespace Api.Forecasts;

/// <summary>A forecast to be drawn over time.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Steps">Its steps.</param>
/// <param name="IsBackground">Whether it is there to compare with.</param>
public sealed record DrawnForecast(string Name, IReadOnlyList<ForecastStep> Steps, bool IsBackground = false);

/// <summary>
/// Draws forecasts on a question over time, with the evidence that was logged meanwhile and what came out. Options are drawn as their probabilities;
/// numbers and dates as the median of the distribution that was stated, in the bands that hold half and nine tenths of it.
/// </summary>
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
        var end = TimelineAxes.End(until, question.ClosesAt, question.Resolution?.KnownAt);
        var begun = end > question.OpensAt;
        var drawn = forecasts.SelectMany(f => Series(question, f, begun ? StandingIntervals.OfForecaster(f.Steps, question.OpensAt, end) : [])).ToList();
        var outcome = OutcomeMarks(question);

        var time = TimelineAxes.Across(question.OpensAt, begun ? end : question.ClosesAt);
        var (from, to) = (time.From, time.To);
        var evidence = question.Evidence.Where(e => begun && e.OccurredAt >= question.OpensAt && e.OccurredAt < end).OrderBy(e => e.OccurredAt).ToList();
        var sheet = new Sheet(900, 380)
        {
            Across = time with { From = from - (0.01 * (to - from)), To = to + (0.02 * (to - from)) },
            Up = Upwards(question, [.. drawn.SelectMany(s => s.Reach), .. outcome.Select(o => o.At)]),
            Headroom = evidence.Count > 0 ? 18 : 0,
        };
        sheet.Title(question.Title).Line(title);
        var words = new List<string>();
        foreach (var series in drawn)
        {
            series.Draw(sheet);
            words.Add(series.InWords());
        }

        if (question.Range is null && question.Options.Count > MostOptions && drawn.Count > 0)
            sheet.Note(Untold(question, drawn[0].Standing));
        foreach (var (at, colour) in outcome)
            sheet.Plot.Add.Marker(to, at, MarkerShape.FilledDiamond, 15, colour);
        if (OutcomeInWords(question) is { } cameOut)
        {
            sheet.Line(cameOut);
            words.Add(cameOut);
        }

        words.AddRange(DrawEvidence(sheet, evidence));
        if (forecasts.Count == 0 || !drawn.Any(s => !s.IsBackground))
        {
            var nothing = Nothing(question, forecasts, begun, end, until);
            sheet.Say(nothing);
            words.Insert(0, nothing.TrimEnd('.'));
        }

        return sheet.Finish(title, $"{title}. {question.Title}. {string.Join("; ", words)}.");
    }

    private static string Nothing(Question question, IReadOnlyList<DrawnForecast> forecasts, bool begun, DateTimeOffset end, DateTimeOffset until)
    {
        if (!begun)
            return $"The question opens on {Instant(question.OpensAt)}: no forecast yet.";
        if (forecasts.Any(f => !f.IsBackground && f.Steps.Any(s => s.Prediction is not null)))
            return $"No forecast stood between {Instant(question.OpensAt)} and {Instant(end)}.";
        return until <= end ? "No forecast yet." : "No forecast was made.";
    }

    private static IEnumerable<TimelineSeries> Series(Question question, DrawnForecast forecast, IReadOnlyList<StandingInterval> standing)
    {
        if (standing.Count == 0)
            yield break;
        if (question.Range is { } range)
        {
            yield return TimelineSeries.OfDistribution(forecast.Name, standing, range, question.Type.CountsDays(), forecast.IsBackground);
            yield break;
        }

        // Yes alone says all of a binary question; of many options a background would only hide the foreground.
        if (question.Type.IsYesOrNo())
        {
            yield return TimelineSeries.OfOption(forecast.Name, standing, 0, forecast.IsBackground ? 1 : 0, forecast.IsBackground);
            yield break;
        }

        if (forecast.IsBackground && question.Options.Count > 3)
            yield break;
        foreach (var (i, option) in Shown(question, standing).Index())
            yield return TimelineSeries.OfOption($"{forecast.Name}: {question.Options[option]}", standing, option, i, forecast.IsBackground);
    }

    // What came out, and the likeliest at last, in the question's order.
    private static int[] Shown(Question question, IReadOnlyList<StandingInterval> standing)
    {
        var last = ((Prediction.Categorical)standing[^1].Prediction).Probabilities;
        var cameOut = OutcomeText.Parse(question, question.Resolution?.Outcome) is OutcomeValue.Option(var index) ? index : -1;
        return [.. Enumerable.Range(0, question.Options.Count).OrderByDescending(o => o == cameOut).ThenByDescending(o => last[o]).Take(MostOptions).Order()];
    }

    private static string Untold(Question question, IReadOnlyList<StandingInterval> standing)
    {
        var rest = 1 - Shown(question, standing).Sum(o => ((Prediction.Categorical)standing[^1].Prediction).Probabilities[o]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{question.Options.Count - MostOptions:N0} further options are not drawn, together {Math.Max(0, rest):0.###} at last."
        );
    }

    private static Axis Upwards(Question question, double[] values)
    {
        if (question.Range is not { } range)
            return Axis.OfProbability("probability");
        var name = question.Unit ?? (question.Type.CountsDays() ? "date" : "value");
        return TimelineAxes.Up(range, question.Type.CountsDays(), values, name);
    }

    private static IEnumerable<string> DrawEvidence(Sheet sheet, List<Evidence> evidence)
    {
        foreach (var (i, logged) in evidence.Take(MostEvidence).Index())
        {
            var at = TimeMarks.Days(logged.OccurredAt.UtcTicks);
            var look = new LegendKey(PlotTheme.Faint, 1.5f, LinePattern.Dotted);
            sheet.Line(look, [at, at], [sheet.Up.From, sheet.Up.To]);
            sheet.Write($"{i + 1}", at, sheet.Up.To, up: 5, size: 13);
            sheet.Explain(look, $"{i + 1}  {Day(logged.OccurredAt)}  {logged.Title}");
            yield return $"evidence {i + 1}: {logged.Title} ({Day(logged.OccurredAt)})";
        }

        if (evidence.Count > MostEvidence)
            sheet.Note($"{evidence.Count - MostEvidence} later pieces of evidence are not drawn.");
    }

    private static IReadOnlyList<(double At, Color Colour)> OutcomeMarks(Question question) =>
        OutcomeText.Parse(question, question.Resolution?.Outcome) switch
        {
            OutcomeValue.Point(var y) => [(y, PlotTheme.Ink)],
            OutcomeValue.Option(var option) when question.Type.IsYesOrNo() => [(option == 0 ? 1 : 0, PlotTheme.Ink)],
            OutcomeValue.Option => [(1, PlotTheme.Ink)],
            OutcomeValue.Partial(var degrees) when question.Type.IsYesOrNo() => [(degrees[0], PlotTheme.Ink)],
            OutcomeValue.Partial(var degrees) => [.. degrees.Where(d => d > 0).Select(d => (d, PlotTheme.Ink))],
            _ => [],
        };

    private static string? OutcomeInWords(Question question)
    {
        if (question.Resolution is not { } resolution)
            return null;
        if (resolution.Outcome == OutcomeText.Annulled)
            return $"The question was annulled on {Day(resolution.KnownAt)}.";
        var outcome = OutcomeText.Parse(question, resolution.Outcome) switch
        {
            OutcomeValue.Partial(var degrees) => string.Join(
                ", ",
                question.Options.Zip(degrees, (o, d) => string.Create(CultureInfo.InvariantCulture, $"{o} {d:0.###}"))
            ),
            OutcomeValue.Point(var day) when question.Type.CountsDays() => OutcomeText.FormatDay(day),
            OutcomeValue.Point(var value) => string.Create(CultureInfo.InvariantCulture, $"{value}{(question.Unit is { } unit ? " " + unit : "")}"),
            _ => resolution.Outcome,
        };
        return $"It came out {outcome} (◆), known on {Day(resolution.KnownAt)}.";
    }

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
