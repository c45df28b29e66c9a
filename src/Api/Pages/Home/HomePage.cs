using Api.Authorization;
using Api.ContentNegotiation;
using Api.Pages.Frame;
using Api.Pages.QuestionList;
using Api.Pages.Reading;
using Api.Paging;
using Api.Questions;

namespace Api.Pages.Home;

/// <summary>What the first page shows.</summary>
/// <param name="Open">The questions that close next.</param>
/// <param name="Resolved">The questions whose outcome was known last.</param>
public sealed record HomeModel(IReadOnlyList<ListedQuestion> Open, IReadOnlyList<ListedQuestion> Resolved);

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
        var open = await page.GetAsync<Page<QuestionAnswer>>("/questions", query: [new("status", "open"), new("limit", "100")]);
        var resolved = await page.GetAsync<Page<QuestionAnswer>>("/questions", query: [new("status", "resolved"), new("limit", "500")]);
        var model = new HomeModel(
            await ListedQuestion.AllAsync(page, [.. open.Items.OrderBy(q => q.ClosesAt).Take(Most)]),
            await ListedQuestion.AllAsync(page, [.. resolved.Items.OrderByDescending(q => q.KnownAt).Take(Most)])
        );
        return page.Show<HomeView>(page.Frame(page.Texts["home.title"], Place.None), model);
    }
}
