using Api.Consensus;
using Api.Forecasts;
using Api.Pages.Frame;
using Api.Pages.Pictures;
using Api.Pages.Reading;
using Api.Paging;
using Api.Pipeline;
using Api.Questions;
using Api.Scores;
using Domain;
using Domain.Consensus;
using Domain.VerbalScales;

namespace Api.Pages.QuestionPage;

/// <summary>The page of a question.</summary>
internal static class QuestionPages
{
    // The table on the page is for a look; the whole of it has a page of its own.
    private const int MostRows = 8;
    private const int MostEdits = 10;

    public static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var values = page.Values;
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", values, page.Times);
        var timeline = QuestionReading.TimelineAsync(page, question, page.Times);
        var whole = page.Query("asOf") is null ? timeline : QuestionReading.TimelineAsync(page, question, [new("knownAt", page.Query("knownAt"))]);
        var consensus = QuestionReading.ConsensusAsync(page, question);
        // Of two options the timeline says all.
        var history = question.Options?.Count == 2 ? Task.FromResult<IReadOnlyList<ConsensusStep>>([]) : QuestionReading.HistoryAsync(page, question);
        var resolution = QuestionReading.ResolutionAsync(page);
        var edits = QuestionReading.EditsAsync(page, MostEdits);
        var scores = page.FindAsync<ScoresAnswer>("/questions/{slug}/scores", values, page.Times);
        var generations = page.FindAsync<Page<GenerationAnswer>>("/questions/{slug}/scores/generations", values, page.Times);
        var mine = page.Me is { } me ? QuestionReading.StepsAsync(page, question.Slug, me) : Task.FromResult<HistoryAnswer?>(null);
        var scales = page.FindAsync<Page<VerbalScale>>("/scales");
        await Task.WhenAll(timeline, whole, consensus, history, resolution, edits, scores, generations, mine, scales);

        var drawn = await timeline;
        var model = new QuestionModel
        {
            Question = question,
            Timeline = drawn,
            History = await history,
            Drawing = QuestionDrawing.Of(page, question, drawn, await history),
            Density = Density(page, question, await consensus, await mine),
            Consensus = await consensus,
            Resolution = await resolution,
            Edits = await edits,
            Scores = await scores,
            Rows = ShownRows.Of((await scores)?.Items ?? [], page.Me, MostRows),
            Generations = (await generations)?.Items.Count ?? 0,
            Mine = await mine,
            Term = drawn?.Spread is [.., { Median: { } median }] ? Term((await scales)?.Items, median) : null,
        };
        var frame = page.Frame(page.Texts.Written(question.Title), Place.Questions) with { HasTimes = true };
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

    private static DensityDrawing? Density(PageRequest page, QuestionAnswer question, IReadOnlyList<ConsensusAnswer> consensus, HistoryAnswer? mine) =>
        question.Range is not null
        && QuantileCurve.Of(consensus.FirstOrDefault(c => c.Method == ConsensusMethods.Default.Name)?.Quantiles, question) is { } crowd
            ? DensityDrawing.Of(question, crowd, QuantileCurve.Of(mine?.Steps[^1].After?.Quantiles, question), page.Texts)
            : null;

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

    private static string? Term(IReadOnlyList<VerbalScale>? scales, double probability) =>
        scales?.FirstOrDefault(s => s.Name == "icd203")?.Terms.FirstOrDefault(t => t.Lower <= probability && probability <= t.Upper)?.Term;
}
