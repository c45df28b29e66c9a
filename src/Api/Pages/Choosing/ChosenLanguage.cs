using Api.Pages.SigningIn;
using Api.Pages.Texts;
using Api.Problems;

namespace Api.Pages.Choosing;

/// <summary>Keeps which language a reader chose.</summary>
internal static class ChosenLanguage
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/language/{language}", Choose).AllowAnonymous().ExcludeFromDescription();

    private static IResult Choose(string language, string? to, HttpContext http)
    {
        if (!PageTexts.All.Any(t => t.Language == language))
            return Problem.NotFound(
                $"There are no pages in '{language.Replace('\n', ' ')}'; there are {string.Join(", ", PageTexts.All.Select(t => t.Language))}."
            );
        KeptChoice.Keep(http, PageTexts.Cookie, language);
        return Results.LocalRedirect(LocalAddress.Of(to));
    }
}
