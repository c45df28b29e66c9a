using System.Text.Encodings.Web;
using System.Text.Unicode;
using Api.ContentNegotiation;
using Api.Pages.Auditing;
using Api.Pages.CalibrationPage;
using Api.Pages.Choosing;
using Api.Pages.ConsensusPage;
using Api.Pages.Dossiers;
using Api.Pages.Forecasting;
using Api.Pages.Home;
using Api.Pages.LeaderboardPage;
using Api.Pages.Persons;
using Api.Pages.Problems;
using Api.Pages.QuestionList;
using Api.Pages.QuestionPage;
using Api.Pages.Reading;
using Api.Pages.Scoring;
using Api.Pages.Scripts;
using Api.Pages.SigningIn;
using Api.Pages.Style;
using Api.Pages.Texts;
using Api.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Api.Pages;

/// <summary>The pages, at the addresses of the things that they show.</summary>
public static class PageEndpoints
{
    /// <summary>Adds what pages are made with.</summary>
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        // Letters of every script go out as they are: else Korean takes eight bytes for each of its three.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        services.AddScoped<ApiReader>();
        services.AddSingleton<IProblemPage, ProblemPage>();
    }

    /// <summary>Gives things their pages, and maps what is a page alone.</summary>
    public static void MapPages(this WebApplication app)
    {
        PageStyle.Map(app);
        PageScripts.Map(app);
        HomePage.Map(app);
        DossierPage.Map(app);
        SignIn.Map(app);
        ChosenLanguage.Map(app);
        ChosenZone.Map(app);
        // Browsers ask for it by themselves.
        app.MapGet("/favicon.ico", () => Results.NoContent()).AllowAnonymous().ExcludeFromDescription();
        var forms = app.Services.GetRequiredService<HtmlForms>();
        void Page(string route, Func<PageRequest, Task<IResult>> answer) => forms.Add(route, http => AnswerAsync(http, answer));
        Page("/questions", QuestionListPage.AnswerAsync);
        Page("/questions/{slug}", QuestionPages.AnswerAsync);
        Page("/questions/{slug}/forecasts", ForecastPages.StandingAsync);
        Page("/questions/{slug}/forecasts/{analyst}", ForecastPages.HistoryAsync);
        Page("/questions/{slug}/consensus", ConsensusPages.AnswerAsync);
        Page("/questions/{slug}/scores", ScoresOfQuestion.AllAsync);
        Page("/questions/{slug}/scores/generations", ScoresOfQuestion.GenerationsAsync);
        Page("/questions/{slug}/scores/{analyst}/explanation", ScoresOfQuestion.ExplanationAsync);
        Page("/leaderboard", LeaderboardPages.AnswerAsync);
        Page("/calibration", CalibrationPages.OfAllAsync);
        Page("/analysts", PeoplePages.ListAsync);
        Page("/analysts/{analyst}", PeoplePages.OneAsync);
        Page("/analysts/{analyst}/scores", PeoplePages.ScoresAsync);
        Page("/analysts/{analyst}/calibration", CalibrationPages.OfAnalystAsync);
        Page("/analysts/{a}/compare/{b}", PeoplePages.CompareAsync);
        Page("/audit/events", AuditPages.EventsAsync);
        Page("/imports", AuditPages.ImportsAsync);
        Page("/imports/{id}", AuditPages.ImportAsync);
    }

    /// <summary>Answers with a page, or with what the API says against it.</summary>
    internal static async Task AnswerAsync(HttpContext http, Func<PageRequest, Task<IResult>> answer)
    {
        if (WithoutEmptyParameters(http.Request) is { } plain)
        {
            http.Response.Redirect(plain);
            return;
        }

        var request = new PageRequest(http, PageTexts.Of(http.Request), http.RequestServices.GetRequiredService<ApiReader>());
        IResult result;
        try
        {
            result = await answer(request);
        }
        catch (PageRefusedException refused)
        {
            result = new ProblemResult(refused.Problem);
        }

        await result.ExecuteAsync(http);
    }

    /// <summary>The address without the parameters that a form left empty, which the API would refuse; null where there are none.</summary>
    private static string? WithoutEmptyParameters(HttpRequest request)
    {
        if (!request.Query.Any(IsEmpty))
            return null;
        return request.Path + QueryString.Create(request.Query.Where(q => !IsEmpty(q)).Select(q => new KeyValuePair<string, string?>(q.Key, q.Value)));

        // Both times say "now" by their absence.
        static bool IsEmpty(KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues> q) =>
            string.IsNullOrWhiteSpace(q.Value) || (q.Key is "asOf" or "knownAt" && PageTexts.All.Any(t => t["time.now"] == q.Value));
    }
}
