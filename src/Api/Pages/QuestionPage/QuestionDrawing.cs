using System.Text.Json;
using Api.Consensus;
using Api.Drawing;
using Api.Forecasts;
using Api.Pages.Figures;
using Api.Pages.Pictures;
using Api.Pages.QuestionList;
using Api.Pages.Reading;
using Api.Paging;
using Api.Pipeline;
using Api.Questions;
using Domain.Questions;
using Domain.Resolutions;

namespace Api.Pages.QuestionPage;

/// <summary>Draws a question over time.</summary>
internal static class QuestionDrawing
{
    private const int MostOptions = 6;
    private const int MostPages = 20;

    // Rust is the reader's.
    private static readonly string[] Looks = ["s1", "s3", "s4", "s5", "s6", "s2"];

    // Fewer forecasts than these lie beside one another; a band of them would say more than they do.
    private const int Crowded = 5;

    public static async Task<TimelineDrawing?> OfAsync(PageRequest page, QuestionAnswer question, TimelineAnswer? timeline)
    {
        if (timeline is { } && question.Options!.Count == 2)
            return timeline.Spread.Count == 0 && timeline.Lines.Count == 0 ? null : OfTwo(page, question, timeline);
        var history = await HistoryAsync(page, question);
        if (history.Count == 0)
            return null;
        var until = Until(page, question);
        return timeline is null ? OfRange(page, question, history, until) : OfOptions(page, question, history, until);
    }

    private static TimelineDrawing OfTwo(PageRequest page, QuestionAnswer question, TimelineAnswer timeline)
    {
        var texts = page.Texts;
        var drawing = Empty(page, question, timeline.From, timeline.Until ?? Until(page, question), Axis.OfPercent(), OutcomeHeight(question));
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
        var steps = history.Select(s => (s.At, Quantiles: s.Quantiles is { } q ? Points(q) : null)).ToList();
        double? At(IReadOnlyList<(double Level, double Value)>? points, double level) => points is null ? null : Quantile(points, level);
        var reach = steps.SelectMany(s => s.Quantiles ?? []).Select(p => p.Value).ToList();
        var outcome = question.Outcome is { } known ? Value(known) : null;
        if (outcome is { } came)
            reach.Add(came);
        var (low, high) = (reach.Min(), reach.Max());
        if (!(high > low))
            (low, high) = (low - 1, high + 1);
        var days = question.Type.CountsDays();
        var up = days ? Axis.OfTime(low, high, "") : Axis.OfNumbers(low, high, "");
        var drawing = Empty(page, question, question.OpensAt, until, up, outcome);
        Func<double, string> say = days ? OutcomeText.FormatDay : Figure.Plain;
        drawing.AddBands(steps.Select(s => (s.At, At(s.Quantiles, 0.05), At(s.Quantiles, 0.25), At(s.Quantiles, 0.75), At(s.Quantiles, 0.95))));
        drawing.Add(steps.Select(s => (s.At, At(s.Quantiles, 0.5))), "crowd", texts["timeline.median"], say);
        if (steps[^1].Quantiles is { } last)
            drawing.Words = texts.Say("timeline.range", say(Quantile(last, 0.5)), say(Quantile(last, 0.25)), say(Quantile(last, 0.75)));
        drawing.Caption = texts["timeline.captionRange"];
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
            Close = question.ClosesAt < until ? frame.X(question.ClosesAt) : null,
            AsOf = page.Query("asOf") is not null ? TimelineDrawing.Right : null,
            Outcome = outcome is { } at && question.KnownAt is { } known ? (frame.X(known), frame.Up.Place(at)) : null,
        };
    }

    private static DateTimeOffset Until(PageRequest page, QuestionAnswer question)
    {
        var until = page.Query("asOf") is { } asOf && Domain.Instants.Parse(asOf) is { } then ? then : page.Http.Now();
        return until < question.ClosesAt ? until : question.ClosesAt;
    }

    private static async Task<IReadOnlyList<ConsensusStep>> HistoryAsync(PageRequest page, QuestionAnswer question)
    {
        var steps = new List<ConsensusStep>();
        string? cursor = null;
        for (var read = 0; read < MostPages; read++)
        {
            KeyValuePair<string, string?>[] query = [new("limit", "500"), new("cursor", cursor), new("knownAt", page.Query("knownAt"))];
            if (await page.FindAsync<Page<ConsensusStep>>("/questions/{slug}/consensus/history", page.Values, query) is not { } part)
                break;
            steps.AddRange(part.Items);
            if ((cursor = part.Next) is null)
                break;
        }

        var until = Until(page, question);
        return [.. steps.Where(s => s.At <= until)];
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

    private static List<(double Level, double Value)> Points(IReadOnlyList<QuantileBody> quantiles) => [.. quantiles.Select(q => (q.P, Value(q.Value) ?? 0))];

    private static double? Value(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number => value.GetDouble(),
            JsonValueKind.String => OutcomeText.ParseDay(value.GetString()!),
            _ => null,
        };

    private static double Quantile(IReadOnlyList<(double Level, double Value)> points, double level)
    {
        if (level <= points[0].Level)
            return points[0].Value;
        for (var i = 1; i < points.Count; i++)
        {
            if (points[i].Level < level)
                continue;
            var (low, high) = (points[i - 1], points[i]);
            return high.Level > low.Level ? low.Value + ((high.Value - low.Value) * (level - low.Level) / (high.Level - low.Level)) : high.Value;
        }

        return points[^1].Value;
    }
}
