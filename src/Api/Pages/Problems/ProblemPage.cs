using Api.ContentNegotiation;
using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Pages.Texts;
using Api.Problems;
using Microsoft.AspNetCore.Mvc;

namespace Api.Pages.Problems;

/// <summary>Says in a page what the API refuses.</summary>
internal sealed class ProblemPage : IProblemPage
{
    public async Task<bool> TryAnswerAsync(HttpContext http, ProblemDetails problem)
    {
        if (!HtmlForms.ArePreferredBy(http.Request))
            return false;
        var request = new PageRequest(http, PageTexts.Of(http.Request), http.RequestServices.GetRequiredService<ApiReader>());
        var title = request.Texts.Find($"problem.{problem.Status}") ?? problem.Title ?? "";
        await request.Show<ProblemView>(request.Frame(title, Place.None), problem, problem.Status ?? 500).ExecuteAsync(http);
        return true;
    }
}
