using Api.Calibration;
using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Scores;

namespace Api.Pages.CalibrationPage;

/// <summary>A forecaster's calibration, or that of all.</summary>
/// <param name="Forecaster">The forecaster; null for all persons and bots together.</param>
/// <param name="Calibration">The calibration.</param>
public sealed record CalibrationModel(string? Forecaster, CalibrationAnswer Calibration);

/// <summary>The pages of calibration.</summary>
internal static class CalibrationPages
{
    public static Task<IResult> OfAllAsync(PageRequest page) => AnswerAsync(page, "/calibration", null, page.Texts["calibration.titleAll"]);

    public static Task<IResult> OfAnalystAsync(PageRequest page) =>
        AnswerAsync(page, "/analysts/{analyst}/calibration", page.Value("analyst"), page.Texts.Say("calibration.title", page.Value("analyst")));

    private static async Task<IResult> AnswerAsync(PageRequest page, string route, string? forecaster, string title)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var calibration = await page.GetAsync<CalibrationAnswer>(route, page.Values, query);
        var frame = page.Frame(title, Place.Calibration) with { HasTimes = true };
        frame = frame with { Forms = [new("JSON", frame.Form(".json")), new("SVG", frame.Form(".svg")), new("PNG", frame.Form(".png"))] };
        return page.Show<CalibrationView>(frame, new CalibrationModel(forecaster, calibration));
    }
}
