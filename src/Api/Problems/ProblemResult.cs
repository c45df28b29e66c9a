using Microsoft.AspNetCore.Mvc;

namespace Api.Problems;

/// <summary>A refusal as an answer: a problem document, or for a browser a page that says the same.</summary>
public sealed class ProblemResult(ProblemDetails problem) : IResult, IStatusCodeHttpResult, IValueHttpResult
{
    public int? StatusCode => problem.Status;

    public object? Value => problem;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (httpContext.RequestServices.GetService<IProblemPage>() is { } page && await page.TryAnswerAsync(httpContext, problem))
            return;
        await Results.Json(problem, statusCode: problem.Status, contentType: Problem.ContentType).ExecuteAsync(httpContext);
    }
}
