using Api.Authorization;
using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Pages.Texts;
using Api.Pipeline;
using Api.Problems;

namespace Api.Pages.SigningIn;

/// <summary>What the page of the sign-in shows.</summary>
/// <param name="To">Where a reader goes who is signed in.</param>
/// <param name="Fault">What was wrong with what was sent; null for nothing.</param>
public sealed record SignInModel(string To, string? Fault);

/// <summary>Signs a browser in for reading, by a token, and out again.</summary>
internal static class SignIn
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sign-in", ShowAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-in", SignInAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/sign-out", SignOut).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task ShowAsync(HttpContext http) =>
        PageEndpoints.AnswerAsync(http, page => Task.FromResult(Form(page, new SignInModel(LocalAddress.Of(page.Query("to")), null), 200)));

    private static async Task<IResult> SignInAsync(HttpContext http, ApiReader api, InProcessRequests requests, SignInCookie cookie)
    {
        if (!IsOwnForm(http.Request) || !http.Request.HasFormContentType)
            return Problem.Of(403, "forbidden", "Forbidden", "Sign in on this service's own page.");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (token, to) = (form["token"].ToString().Trim(), LocalAddress.Of(form["to"]));
        var page = new PageRequest(http, PageTexts.Of(http.Request), api);
        if (token.Length == 0)
            return Form(page, new SignInModel(to, page.Texts["signIn.empty"]), 400);
        http.Request.Headers.Authorization = token.All(c => c is > ' ' and <= '~') ? $"Bearer {token}" : "Bearer -";
        if (!(await requests.AskAsync(http, "GET", "/me")).Succeeded)
            return Form(page, new SignInModel(to, page.Texts["signIn.unknown"]), 401);
        return cookie.TrySet(http, token) ? Results.LocalRedirect(to) : Form(page, new SignInModel(to, page.Texts["signIn.tooLong"]), 400);
    }

    private static IResult SignOut(HttpContext http)
    {
        if (!IsOwnForm(http.Request))
            return Problem.Of(403, "forbidden", "Forbidden", "Sign out on this service's own page.");
        SignInCookie.Clear(http);
        return Results.LocalRedirect("/");
    }

    private static IResult Form(PageRequest page, SignInModel model, int status) =>
        page.Show<SignInView>(page.Frame(page.Texts["signIn.title"], Place.None), model, status);

    // Every browser of today says where a form comes from.
    private static bool IsOwnForm(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "same-origin" or "none"
        || (
            request.Headers["Sec-Fetch-Site"].Count == 0
            && (request.Headers.Origin.Count == 0 || request.Headers.Origin.ToString() == $"{request.Scheme}://{request.Host}")
        );
}
