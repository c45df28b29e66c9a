using Microsoft.AspNetCore.Mvc;

namespace Api.Problems;

/// <summary>Shows refusals as pages, to readers who would rather have a page than JSON.</summary>
public interface IProblemPage
{
    /// <summary>Answers with the refusal as a page; false where the reader wants none, and nothing was answered.</summary>
    Task<bool> TryAnswerAsync(HttpContext http, ProblemDetails problem);
}
