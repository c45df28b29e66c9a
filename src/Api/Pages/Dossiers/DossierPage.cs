using Api.Authorization;
using Api.Consensus;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Forecasts;
using Api.Pages.Frame;
using Api.Pages.QuestionPage;
using Api.Pages.Reading;
using Api.Paging;
using Api.Questions;
using Api.Requests;
using Api.Scores;
using Domain.People;
using Domain.Questions;

namespace Api.Pages.Dossiers;

/// <summary>A question on a few pages of paper: what was asked, forecast, decided and scored, and what proves it. It is there as a page alone.</summary>
internal static class DossierPage
{
    // A few pages of paper; the exports have the whole.
    private const int MostForecasters = 20;
    private const int MostSteps = 60;
    private const int MostRows = 30;
    private const int MostEdits = 20;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/dossier", ShowAsync)
            .WithTags("Questions")
            .RequireAuthorization(Policies.Read)
            .Knows([.. QueryParameters.AsOfAndKnownAt])
            .Produces<string>(200, HtmlForms.Html)
            // Without the parameters that a form left empty.
            .Produces(302);

    /// <summary>Show a question as a dossier to print</summary>
    /// <remarks>A page: the question, what was forecast of it, its outcome, its scores, and the places of all of it in the ledger.</remarks>
    public static Task ShowAsync(string slug, HttpContext http) => PageEndpoints.AnswerAsync(http, AnswerAsync);

    private static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values, page.Times);
        var timeline = await QuestionReading.TimelineAsync(page, question, page.Times);
        var history = await QuestionReading.HistoryAsync(page, question);
        var resolution = await QuestionReading.ResolutionAsync(page);
        var edits = await QuestionReading.EditsAsync(page, MostEdits);
        var scores = await page.FindAsync<ScoresAnswer>("/questions/{slug}/scores", page.Values, page.Times);
        var names = await ForecastersAsync(page, timeline);
        var steps = new List<(string Forecaster, StepAnswer Step)>();
        var listed = 0;
        foreach (var name in names.Take(MostForecasters))
        {
            if (steps.Count >= MostSteps || await QuestionReading.StepsAsync(page, question.Slug, name) is not { } of)
                continue;
            steps.AddRange(of.Steps.Select(s => (name, s)));
            listed++;
        }

        steps = [.. steps.Take(MostSteps)];
        var leaves = resolution
            .Where(s => s.LedgerIndex is not null)
            .Select(s => new LedgerLeaf(s.LedgerIndex!.Value, s.EventId, s.Type, null, s.RecordedAt))
            .Concat(
                (edits?.Steps ?? [])
                    .Where(s => s.LedgerIndex is not null)
                    .Select(s => new LedgerLeaf(s.LedgerIndex!.Value, s.EventId, nameof(QuestionEdited), null, s.RecordedAt))
            )
            .Concat(
                steps
                    .Where(s => s.Step.LedgerIndex is not null)
                    .Select(s => new LedgerLeaf(s.Step.LedgerIndex!.Value, s.Step.EventId, s.Step.Type, s.Forecaster, s.Step.RecordedAt))
            );
        var frame = page.Frame(page.Texts.Say("dossier.title", page.Texts.Written(question.Title)), Place.Questions) with { HasTimes = true };
        return page.Show<DossierView>(
            frame,
            new DossierModel
            {
                Question = question,
                Timeline = timeline,
                History = history,
                Drawing = QuestionDrawing.Of(page, question, timeline, history),
                Steps = steps,
                Listed = listed,
                Forecasters = Math.Max(names.Count, timeline?.Forecasters ?? 0),
                Resolution = resolution,
                Edits = edits,
                Scores = scores,
                Rows = ShownRows.Of(scores?.Items ?? [], page.Me, MostRows),
                Leaves = [.. leaves.OrderBy(l => l.Index)],
                Ledger = LedgerHead.Of(await page.FindTextAsync("/audit/ledger/checkpoint")),
            }
        );
    }

    /// <summary>Who forecast: the reader first, then documents, then the others by their names.</summary>
    private static async Task<IReadOnlyList<string>> ForecastersAsync(PageRequest page, TimelineAnswer? timeline)
    {
        var standing = await page.FindAsync<Page<ForecastAnswer>>("/questions/{slug}/forecasts", page.Values, page.Times.Append(new("limit", "100")));
        return
        [
            .. (timeline?.Lines ?? [])
                .Select(l => (l.Forecaster, l.Kind))
                .Concat((standing?.Items ?? []).Select(f => (Forecaster: f.Analyst, f.Kind)))
                .Where(f => f.Kind is ForecasterKind.Person or ForecasterKind.Bot or ForecasterKind.Document)
                .DistinctBy(f => f.Forecaster)
                .OrderBy(f =>
                    f.Forecaster == page.Me ? 0
                    : f.Kind == ForecasterKind.Document ? 1
                    : 2
                )
                .ThenBy(f => f.Forecaster, StringComparer.Ordinal)
                .Select(f => f.Forecaster),
        ];
    }
}
