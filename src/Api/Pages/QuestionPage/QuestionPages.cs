using Api.Consensus;
using Api.Forecasts;
using Api.Pages.Frame;
using Api.Pages.Pictures;
using Api.Pages.QuestionList;
using Api.Pages.Reading;
using Api.Paging;
using Api.Pipeline;
using Api.Questions;
using Api.Resolutions;
using Api.Scores;
using Domain;
using Domain.Consensus;
using Domain.People;
using Domain.Questions;
using Domain.VerbalScales;

namespace Api.Pages.QuestionPage;

/// <summary>The page of a question.</summary>
internal static class QuestionPages
{
    // The table on the page is for a look; the whole of it has a page of its own.
    private const int MostRows = 8;

    public static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var values = page.Values;
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", values, page.Times);
        var timeline = Timeline(page, question, page.Times);
        var whole = page.Query("asOf") is null ? timeline : Timeline(page, question, [new("knownAt", page.Query("knownAt"))]);
        var consensus = ConsensusAsync(page, question);
        var resolution = page.FindAsync<ResolutionAnswer>("/questions/{slug}/resolution", values);
        var scores = page.FindAsync<ScoresAnswer>("/questions/{slug}/scores", values, page.Times);
        var generations = page.FindAsync<Page<GenerationAnswer>>("/questions/{slug}/scores/generations", values, page.Times);
        var mine = page.Me is not { } me
            ? Task.FromResult<HistoryAnswer?>(null)
            : page.FindAsync<HistoryAnswer>(
                "/questions/{slug}/forecasts/{analyst}",
                new Dictionary<string, string> { ["slug"] = question.Slug, ["analyst"] = me }
            );
        var scales = page.FindAsync<Page<VerbalScale>>("/scales");
        await Task.WhenAll(timeline, whole, consensus, resolution, scores, generations, mine, scales);

        var drawn = await timeline;
        var model = new QuestionModel
        {
            Question = question,
            Timeline = drawn,
            Drawing = question.Status == QuestionStatus.Draft ? null : await QuestionDrawing.OfAsync(page, question, drawn),
            Consensus = await consensus,
            Resolution = await resolution,
            Scores = await scores,
            Rows = Shown((await scores)?.Items ?? [], page.Me),
            Generations = (await generations)?.Items.Count ?? 0,
            Mine = await mine,
            Term = drawn?.Spread is [.., { Median: { } median }] ? Term((await scales)?.Items, median) : null,
        };
        var frame = page.Frame(question.Title, Place.Questions) with { HasTimes = true };
        var (before, after) = Neighbours(question, await whole, page.Query("asOf"), page.Http.Now());
        return page.Show<QuestionView>(
            frame with
            {
                Before = before is { } b ? frame.Here(("asOf", Instants.Format(b))) : null,
                After = after is { } a ? frame.Here(("asOf", Instants.Format(a))) : null,
                Forms =
                [
                    new("JSON", frame.Form(".json")),
                    new("SVG", frame.At($"/questions/{question.Slug}/consensus/history.svg", ("asOf", null))),
                    new("CSV", $"/exports/forecasts.csv?question={question.Slug}"),
                ],
            },
            model
        );
    }

    private static Task<TimelineAnswer?> Timeline(PageRequest page, QuestionAnswer question, IEnumerable<KeyValuePair<string, string?>> times) =>
        question.Options is null || question.Status == QuestionStatus.Draft
            ? Task.FromResult<TimelineAnswer?>(null)
            : page.FindAsync<TimelineAnswer>("/questions/{slug}/timeline", page.Values, times.Append(new("analyst", page.Me)));

    private static async Task<IReadOnlyList<ConsensusAnswer>> ConsensusAsync(PageRequest page, QuestionAnswer question)
    {
        var answers = await Task.WhenAll(
            ConsensusMethods
                .All.Where(m => question.Options is not null || m.AppliesToDistributions)
                .Select(m => page.FindAsync<ConsensusAnswer>("/questions/{slug}/consensus", page.Values, page.Times.Append(new("method", m.Name))))
        );
        return [.. answers.OfType<ConsensusAnswer>().Where(a => a.Probability is not null || a.Probabilities is not null || a.Quantiles is not null)];
    }

    /// <summary>The changes before and after the instant that is shown.</summary>
    private static (DateTimeOffset? Before, DateTimeOffset? After) Neighbours(
        QuestionAnswer question,
        TimelineAnswer? timeline,
        string? asOf,
        DateTimeOffset now
    )
    {
        if (timeline is null)
            return (null, null);
        var changes = timeline
            .Spread.Select(s => s.At)
            .Concat(timeline.Lines.SelectMany(l => l.Steps).Select(s => s.At))
            .Concat(question.Evidence.Select(e => e.OccurredAt))
            .Where(at => at >= timeline.From && at < (timeline.Until ?? now))
            .ToList();
        if (asOf is null || Instants.Parse(asOf) is not { } shown)
            return (changes.Count > 0 ? changes.Max() : null, null);
        return (changes.Where(c => c < shown).Select(c => (DateTimeOffset?)c).Max(), changes.Where(c => c > shown).Select(c => (DateTimeOffset?)c).Min());
    }

    private static IReadOnlyList<ScoreRowAnswer> Shown(IReadOnlyList<ScoreRowAnswer> rows, string? me) =>
        [
            .. rows.OrderBy(r =>
                    r.Forecaster == me ? 0
                    : r.Forecaster == ConsensusMethods.Default.Forecaster ? 1
                    : r.Kind == ForecasterKind.Document ? 2
                    : r.Kind == ForecasterKind.Reference ? 3
                    : r.Kind == ForecasterKind.Consensus ? 4
                    : 5
                )
                .Take(MostRows)
                .OrderBy(r =>
                    r.Scores.FirstOrDefault(s => s.Key.EndsWith(".timeAveraged", StringComparison.Ordinal) && s.Value is not null).Value ?? double.MaxValue
                ),
        ];

    private static string? Term(IReadOnlyList<VerbalScale>? scales, double probability) =>
        scales?.FirstOrDefault(s => s.Name == "icd203")?.Terms.FirstOrDefault(t => t.Lower <= probability && probability <= t.Upper)?.Term;
}
