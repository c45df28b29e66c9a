using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Pages.SigningIn;
using Api.Pages.Texts;

namespace Api.Pages.Choosing;

/// <summary>What the page of the time zone shows.</summary>
/// <param name="To">Where a reader goes who has chosen.</param>
/// <param name="Zone">What stands in the field.</param>
/// <param name="Fault">What is wrong with what was sent; null for nothing.</param>
public sealed record ZoneModel(string To, string Zone, string? Fault);

/// <summary>Has a reader choose the time zone of days and times, and keeps it.</summary>
internal static class ChosenZone
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/time-zone", (HttpContext http) => PageEndpoints.AnswerAsync(http, AnswerAsync)).AllowAnonymous().ExcludeFromDescription();

    private static Task<IResult> AnswerAsync(PageRequest page)
    {
        var to = LocalAddress.Of(page.Query("to"));
        if (page.Query("zone")?.Trim() is not { } wanted)
            return Task.FromResult(Form(page, new ZoneModel(to, page.Texts.Zone.Name, null), StatusCodes.Status200OK));
        if (ReaderZone.Find(wanted) is not { } zone)
            return Task.FromResult(Form(page, new ZoneModel(to, wanted, page.Texts["zone.none"]), StatusCodes.Status400BadRequest));
        KeptChoice.Keep(page.Http, ReaderZone.Cookie, zone.Name);
        return Task.FromResult(Results.LocalRedirect(to));
    }

    private static IResult Form(PageRequest page, ZoneModel model, int status) =>
        page.Show<ZoneView>(page.Frame(page.Texts["zone.title"], Place.None), model, status);
}
