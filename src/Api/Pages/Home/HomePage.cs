using Api.Authorization;
using Api.ContentNegotiation;
using Api.Pages.Frame;
using Api.Pages.Persons;
using Api.Pages.QuestionList;
using Api.Pages.Reading;
using Api.Paging;
using Api.Questions;

namespace Api.Pages.Home;

/// <summary>What the first page shows.</summary>
/// <param name="Open">The questions that close next.</param>
/// <param name="Resolved">The questions whose outcome was known last.</param>
/// <param name="Mine">What stands of the reader on open questions, the latest of it.</param>
public sealed record HomeModel(IReadOnlyList<ListedQuestion> Open, IReadOnlyList<ListedQuestion> Resolved, IReadOnlyList<StandingForecast> Mine)
{
    /// <summary>The documents whose predictions are among these questions, with their titles where questions name them.</summary>
    public IReadOnlyList<(string Forecaster, string? Title)> Documents =>
        [
            .. Open.Concat(Resolved)
                .Where(q => q.Document is not null)
                .Select(q => (q.Document!.Forecaster, q.Question.Source?.Document))
                .DistinctBy(d => d.Forecaster),
        ];
}

/// <summary>The first page: what can be forecast, and what was decided last. Programs are sent to the API's description.</summary>
internal static class HomePage
{
    private const int Most = 8;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/",
                async (HttpContext http) =>
                {
                    http.Response.Headers.Append("Vary", "Accept");
                    if (HtmlForms.ArePreferredBy(http.Request))
                        await PageEndpoints.AnswerAsync(http, AnswerAsync);
                    else
                        http.Response.Redirect("/docs");
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();

    private static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var open = await page.GetAsync<Page<QuestionAnswer>>("/questions", query: [new("status", "open"), new("limit", "100"), .. page.Times]);
        var resolved = await page.GetAsync<Page<QuestionAnswer>>("/questions", query: [new("status", "resolved"), new("limit", "500"), .. page.Times]);
        var mine = page.Me is { } me
            ? await page.FindAsync<Page<StandingForecast>>(
                "/analysts/{analyst}/forecasts",
                new Dictionary<string, string> { ["analyst"] = me },
                [new("status", "open"), new("limit", "100"), .. page.Times]
            )
            : null;
        var model = new HomeModel(
            await ListedQuestion.AllAsync(page, [.. open.Items.OrderBy(q => q.ClosesAt).Take(Most)]),
            await ListedQuestion.AllAsync(page, [.. resolved.Items.OrderByDescending(q => q.KnownAt).Take(Most)]),
            [.. (mine?.Items ?? []).OrderByDescending(f => f.MadeAt).Take(Most)]
        );
        return page.Show<HomeView>(page.Frame(page.Texts["home.title"], Place.None) with { HasTimes = true }, model);
    }
}
