using System.Text.Json;
using Api.Consensus;
using Api.Drawing;
using Api.Forecasts;
using Api.Pages.Figures;
using Api.Pages.Pictures;
using Api.Pages.Reading;
using Api.Pipeline;
using Api.Questions;
using Domain.Questions;

namespace Api.Pages.QuestionPage;

/// <summary>Draws a question over time.</summary>
internal static class QuestionDrawing
{
    private const int MostOptions = 6;

    // The bands and the median.
    private static readonly double[] Levels = [0.05, 0.25, 0.5, 0.75, 0.95];

    // Rust is the reader's.
    private static readonly string[] Looks = ["s1", "s3", "s4", "s5", "s6", "s2"];

    // Fewer forecasts than these lie beside one another; a band of them would say more than they do.
    private const int Crowded = 5;

    /// <summary>The picture of a question; null where there is nothing to draw.</summary>
    /// <param name="page">The request.</param>
    /// <param name="question">The question.</param>
    /// <param name="timeline">What was forecast of its first option.</param>
    /// <param name="history">What the crowd said from when on.</param>
    public static TimelineDrawing? Of(PageRequest page, QuestionAnswer question, TimelineAnswer? timeline, IReadOnlyList<ConsensusStep> history)
    {
        if (question.Status == QuestionStatus.Draft)
            return null;
        if (timeline is { } && question.Options!.Count == 2)
            return timeline.Spread.Count == 0 && timeline.Lines.Count == 0 ? null : OfTwo(page, question, timeline);
        var until = TimelineAxes.End(QuestionReading.Until(page, question), question.ClosesAt, question.KnownAt);
        history = [.. history.Where(s => s.At < until)];
        if (history.Count == 0)
            return null;
        return timeline is null ? OfRange(page, question, history, until) : OfOptions(page, question, history, until);
    }

    /// <summary>The picture of what the crowd says by one method, over how far apart its forecasts lie; null where there is nothing to draw.</summary>
    /// <param name="page">The request.</param>
    /// <param name="question">The question.</param>
    /// <param name="timeline">What was forecast of its first option; null where it has none.</param>
    /// <param name="history">What the crowd said by the method from when on.</param>
    /// <param name="method">The method's name in the reader's words.</param>
    public static TimelineDrawing? OfConsensus(
        PageRequest page,
        QuestionAnswer question,
        TimelineAnswer? timeline,
        IReadOnlyList<ConsensusStep> history,
        string method
    )
    {
        if (timeline is null || question.Options!.Count != 2)
            return Of(page, question, timeline, history);
        var until = TimelineAxes.End(timeline.Until ?? QuestionReading.Until(page, question), question.ClosesAt, question.KnownAt);
        history = [.. history.Where(s => s.At < until)];
        if (history.Count == 0)
            return null;
        var drawing = Empty(page, question, timeline.From, until, Axis.OfPercent(), OutcomeHeight(question));
        drawing.AddBands(Before(timeline, until).Spread.Select(s => (s.At, s.Low, s.LowerQuartile, s.UpperQuartile, s.High)));
        drawing.Add(history.Select(s => (s.At, First(s))), "crowd", method);
        drawing.Words = First(history[^1]) is { } last ? page.Texts.Say("consensus.words", method, Figure.Percent(last)) : "";
        drawing.Caption = page.Texts.Say("consensus.caption", method);
        return drawing;

        double? First(ConsensusStep step) => step.Probability ?? step.Probabilities?.GetValueOrDefault(question.Options![0]);
    }

    private static TimelineDrawing OfTwo(PageRequest page, QuestionAnswer question, TimelineAnswer timeline)
    {
        var texts = page.Texts;
        var until = TimelineAxes.End(timeline.Until ?? QuestionReading.Until(page, question), question.ClosesAt, question.KnownAt);
        var drawing = Empty(page, question, timeline.From, until, Axis.OfPercent(), OutcomeHeight(question));
        timeline = Before(timeline, until);
        var crowded = timeline.Forecasters >= Crowded;
        if (crowded)
            drawing.AddCrowd(timeline);
        drawing.AddLines(timeline.Lines, page.Me, withPersons: !crowded);
        if (!crowded && timeline.Spread.Count > 0)
            drawing.Add(timeline.Spread.Select(s => (s.At, s.Median)), "crowd", texts["timeline.median"]);
        var last = timeline.Spread is [.., var step] ? step : null;
        drawing.Words = last is { Median: { } median, LowerQuartile: { } quarter, UpperQuartile: { } threeQuarters }
            ? texts.Say(
                "timeline.words",
                texts.Count("forecasters", last.Standing),
                Figure.Percent(median),
                Figure.Percent(quarter),
                Figure.Percent(threeQuarters)
            )
            : string.Join(
                " ",
                timeline
                    .Lines.Where(l => l.Steps[^1].Probability is not null)
                    .Select(l => texts.Say("timeline.line", l.Forecaster, Figure.Percent(l.Steps[^1].Probability)))
            );
        drawing.Caption = texts[crowded ? "timeline.caption" : "timeline.captionFew"];
        return drawing;
    }

    /// <summary>What was forecast before an instant: later steps say nothing of what was to come.</summary>
    private static TimelineAnswer Before(TimelineAnswer timeline, DateTimeOffset until) =>
        timeline with
        {
            Spread = [.. timeline.Spread.Where(s => s.At < until)],
            Dots = [.. timeline.Dots.Where(d => d.At < until)],
            Lines = [.. timeline.Lines.Select(l => l with { Steps = [.. l.Steps.Where(s => s.At < until)] }).Where(l => l.Steps.Count > 0)],
        };

    private static TimelineDrawing OfOptions(PageRequest page, QuestionAnswer question, IReadOnlyList<ConsensusStep> history, DateTimeOffset until)
    {
        var texts = page.Texts;
        var drawing = Empty(page, question, question.OpensAt, until, Axis.OfPercent(), OptionOutcome(question));
        var last = history[^1].Probabilities;
        var shown = question.Options!.OrderByDescending(o => last?.GetValueOrDefault(o) ?? 0).Take(MostOptions).ToHashSet(StringComparer.Ordinal);
        foreach (var (i, option) in question.Options!.Where(shown.Contains).Index())
            drawing.Add(history.Select(s => (s.At, (double?)s.Probabilities?.GetValueOrDefault(option))), Looks[i], option);
        drawing.Words = last is null
            ? ""
            : texts.Say("timeline.options", string.Join(", ", last.Where(o => shown.Contains(o.Key)).Select(o => $"{o.Key} {Figure.Percent(o.Value)}")));
        drawing.Caption = texts["timeline.captionOptions"];
        return drawing;
    }

    private static TimelineDrawing OfRange(PageRequest page, QuestionAnswer question, IReadOnlyList<ConsensusStep> history, DateTimeOffset until)
    {
        var texts = page.Texts;
        var steps = history.Select(s => (s.At, QuantileCurve.Of(s.Quantiles, question))).ToList();
        var drawing = OfDistribution(page, question, steps, until, "crowd");
        var say = QuantileCurve.Writing(question);
        if (steps[^1].Item2 is { } last)
            drawing.Words = texts.Say("timeline.range", say(last.At(0.5)), say(last.At(0.25)), say(last.At(0.75)));
        drawing.Caption = texts["timeline.captionRange"];
        return drawing;
    }

    /// <summary>A distribution of a number or a date over time: its median, its middle half and its middle nine tenths.</summary>
    /// <param name="page">The request.</param>
    /// <param name="question">The question, which has a range.</param>
    /// <param name="steps">What stood from when on, at least one step; null for nothing.</param>
    /// <param name="until">Where the time ends.</param>
    /// <param name="look">The class of the line.</param>
    public static TimelineDrawing OfDistribution(
        PageRequest page,
        QuestionAnswer question,
        IReadOnlyList<(DateTimeOffset At, QuantileCurve? Curve)> steps,
        DateTimeOffset until,
        string look
    )
    {
        var heights = steps.Select(s => s.Curve).OfType<QuantileCurve>().SelectMany(c => Levels.Select(c.At)).ToList();
        var outcome = question.Outcome is { } known ? QuantileCurve.ValueOf(known) : null;
        if (outcome is { } came)
            heights.Add(came);
        var up = TimelineAxes.Up(question.Range!.ToRange(question.Type)!, question.Type.CountsDays(), heights, "");
        var drawing = Empty(page, question, question.OpensAt, until, up, outcome);
        drawing.AddBands(steps.Select(s => (s.At, s.Curve?.At(0.05), s.Curve?.At(0.25), s.Curve?.At(0.75), s.Curve?.At(0.95))));
        drawing.Add(steps.Select(s => (s.At, s.Curve?.At(0.5))), look, page.Texts["timeline.median"], QuantileCurve.Writing(question));
        return drawing;
    }

    private static TimelineDrawing Empty(PageRequest page, QuestionAnswer question, DateTimeOffset from, DateTimeOffset until, Axis up, double? outcome)
    {
        var frame = new TimelineDrawing(from, until, up, page.Texts);
        var evidence = question.Evidence.Index().Where(e => e.Item.OccurredAt >= from && e.Item.OccurredAt < until);
        return new TimelineDrawing(from, until, up, page.Texts)
        {
            Title = page.Texts["timeline.title"],
            Evidence = [.. evidence.Select(e => new PictureMark(frame.X(e.Item.OccurredAt), $"{e.Index + 1}"))],
            Close = question.ClosesAt <= until ? TimelineDrawing.Right : null,
            AsOf = page.Query("asOf") is not null ? TimelineDrawing.Right : null,
            Outcome = outcome is { } at && question.KnownAt is { } known ? (frame.X(known), frame.Up.Place(at)) : null,
        };
    }

    private static double? OutcomeHeight(QuestionAnswer question) =>
        question.Outcome switch
        {
            { ValueKind: JsonValueKind.Object } degrees => degrees.TryGetProperty(question.Options![0], out var degree) ? degree.GetDouble() : 0,
            { ValueKind: JsonValueKind.String } word when question.Options!.Contains(word.GetString()) => word.GetString() == question.Options![0] ? 1 : 0,
            _ => null,
        };

    private static double? OptionOutcome(QuestionAnswer question) =>
        question.Outcome is { ValueKind: JsonValueKind.String } word && question.Options!.Contains(word.GetString()) ? 1 : null;
}
