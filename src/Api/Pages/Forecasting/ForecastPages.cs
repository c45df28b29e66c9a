using Api.Drawing;
using Api.Forecasts;
using Api.Pages.Frame;
using Api.Pages.Pictures;
using Api.Pages.QuestionPage;
using Api.Pages.Reading;
using Api.Paging;
using Api.Pipeline;
using Api.Questions;

namespace Api.Pages.Forecasting;

/// <summary>What stands on a question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Standing">The forecasts of the page.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record StandingModel(QuestionAnswer Question, IReadOnlyList<ForecastAnswer> Standing, string? Next);

/// <summary>One forecast's history.</summary>
/// <param name="Question">The question.</param>
/// <param name="History">The steps.</param>
/// <param name="Drawing">The picture of them; null where there is nothing to draw.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record HistoryModel(QuestionAnswer Question, HistoryAnswer History, TimelineDrawing? Drawing, string? Next);

/// <summary>The pages of a question's forecasts.</summary>
internal static class ForecastPages
{
    public static async Task<IResult> StandingAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values);
        var standing = await page.GetAsync<Page<ForecastAnswer>>(
            "/questions/{slug}/forecasts",
            page.Values,
            page.Query("limit") is null ? query.Append(new("limit", "100")) : query
        );
        var frame = page.Frame(page.Texts.Say("standing.title", page.Texts.Written(question.Title)), Place.Questions) with { HasTimes = true };
        return page.Show<StandingView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json")), new("CSV", $"/exports/forecasts.csv?question={question.Slug}")],
            },
            new StandingModel(question, standing.Items, standing.Next is { } next ? frame.Here(("cursor", next)) : null)
        );
    }

    public static async Task<IResult> HistoryAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values);
        var history = await page.GetAsync<HistoryAnswer>("/questions/{slug}/forecasts/{analyst}", page.Values, query);
        var frame = page.Frame(page.Texts.Say("history.title", history.Analyst), Place.Questions);
        return page.Show<HistoryView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json")), new("SVG", frame.Form(".svg")), new("PNG", frame.Form(".png"))],
            },
            new HistoryModel(question, history, Draw(page, question, history), history.Next is { } next ? frame.Here(("cursor", next)) : null)
        );
    }

    private static TimelineDrawing? Draw(PageRequest page, QuestionAnswer question, HistoryAnswer history)
    {
        var until = TimelineAxes.End(page.Http.Now(), question.ClosesAt, question.KnownAt);
        var steps = history.Steps.Where(s => s.MadeAt < until).ToList();
        if (steps.Count == 0)
            return null;
        var words = page.Texts.Say("timeline.line", history.Analyst, Figures.StatedText.Of(steps[^1].After, page.Texts));
        if (question.Options is not { } options)
        {
            var curves = steps.Select(s => (s.MadeAt, QuantileCurve.Of(s.After?.Quantiles, question))).ToList();
            var range = QuestionDrawing.OfDistribution(page, question, curves, until, history.Analyst == page.Me ? "me" : "s1");
            range.Words = words;
            range.Caption = page.Texts["timeline.captionRangeOne"];
            return range;
        }

        var drawing = new TimelineDrawing(question.OpensAt, until, Axis.OfPercent(), page.Texts)
        {
            Title = page.Texts.Say("history.title", history.Analyst),
            Caption = page.Texts["timeline.captionFew"],
        };
        foreach (var (i, option) in (options.Count == 2 ? options.Take(1) : options.Take(6)).Index())
        {
            drawing.Add(
                steps.Select(s => (s.MadeAt, s.After is { } stated ? stated.Probability ?? stated.Probabilities?.GetValueOrDefault(option) : (double?)null)),
                history.Analyst == page.Me && options.Count == 2 ? "me" : $"s{1 + i}",
                options.Count == 2 ? "" : option
            );
        }

        drawing.Words = words;
        return drawing;
    }
}
