using Api.Consensus;
using Api.Drawing;
using Api.Forecasts;
using Api.Pages.Figures;
using Api.Pages.Pictures;
using Api.Pages.Reading;
using Api.Pipeline;
using Domain.People;

namespace Api.Pages.QuestionList;

/// <summary>Draws a few questions that belong together in one picture: the crowd's medians, or a document's forecasts where there is no crowd.</summary>
internal static class QuestionsTogether
{
    // Blue first; rust is the reader's, and comes last.
    private static readonly string[] Looks = ["s1", "s3", "s4", "s5", "s6", "s2"];

    private static readonly string[] Narrowing = ["group", "tag", "q"];

    /// <summary>The picture; null where the list is not narrowed to what belongs together, and where fewer than two or more than six can be drawn.</summary>
    /// <param name="page">The request.</param>
    /// <param name="listed">The questions of the list, in its order, by which they are numbered.</param>
    public static TimelineDrawing? Of(PageRequest page, IReadOnlyList<ListedQuestion> listed)
    {
        var drawn = listed.Where(l => l is { Question.Options.Count: 2, Steps.Count: > 0 }).ToList();
        if (!Narrowing.Any(n => page.Query(n) is not null) || drawn.Count < 2 || drawn.Count > Looks.Length)
            return null;
        var texts = page.Texts;
        var from = drawn.Min(l => l.Timeline!.From);
        var until = drawn.Max(Until);
        var drawing = new TimelineDrawing(from, until, Axis.OfPercent(), texts)
        {
            Title = texts["together.title"],
            AsOf = page.Query("asOf") is not null ? TimelineDrawing.Right : null,
        };
        var words = new List<string>();
        foreach (var (i, one) in drawn.Index())
        {
            var end = Until(one);
            var steps = one.Steps.Where(s => s.At < end).ToList();
            if (steps.Count == 0)
                continue;
            drawing.Add(steps, Looks[i], Number(i), ends: end);
            words.Add(texts.Say("together.one", Number(i), one.Question.Title, texts.Day(one.Question.ClosesAt), Figure.Percent(steps[^1].Value)));
        }

        drawing.Words = string.Join(" ", words);
        drawing.Caption = texts["together.caption"];
        return drawing;

        DateTimeOffset Until(ListedQuestion l) => TimelineAxes.End(l.Timeline!.Until ?? page.AsOf ?? page.Http.Now(), l.Question.ClosesAt, l.Question.KnownAt);
    }

    private static string Number(int index) => (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
