using Api.BeliefUpdating;
using Api.Calibration;
using Api.Comparisons;
using Api.Forecasts;
using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Paging;
using Api.People;
using Api.Scores;
using Domain.People;

namespace Api.Pages.Persons;

/// <summary>The list of people.</summary>
/// <param name="Analysts">Who there is.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record PeopleModel(IReadOnlyList<AnalystAnswer> Analysts, string? Next);

/// <summary>One forecast that stands of a person, as the page needs it.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Title">Its title.</param>
/// <param name="MadeAt">When the forecast was made.</param>
/// <param name="Probability">The probability of yes; null where the question is not binary.</param>
/// <param name="Probabilities">A probability for each option.</param>
/// <param name="Quantiles">Points of a distribution.</param>
/// <param name="Term">The term that was stated.</param>
/// <param name="Imported">Whether it came from a file.</param>
/// <param name="Seal">The seal as which it was stated; null where it was stated openly.</param>
/// <param name="RevealedAt">When what was sealed was revealed; null until then.</param>
public sealed record StandingForecast(
    string Question,
    string Title,
    DateTimeOffset MadeAt,
    double? Probability,
    IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyList<QuantileBody>? Quantiles,
    string? Term,
    bool Imported,
    string? Seal = null,
    DateTimeOffset? RevealedAt = null
);

/// <summary>The page of a forecaster.</summary>
/// <param name="Name">The forecaster.</param>
/// <param name="Analyst">Who that is; null for what is computed, and where it is not the reader's to see.</param>
/// <param name="Calibration">The calibration; null where there is none.</param>
/// <param name="Scores">The scores by question, the first page of them.</param>
/// <param name="Standing">What stands now.</param>
/// <param name="Updating">How the forecasts move.</param>
public sealed record PersonModel(
    string Name,
    AnalystAnswer? Analyst,
    CalibrationAnswer? Calibration,
    Page<AnalystScoreAnswer>? Scores,
    IReadOnlyList<StandingForecast> Standing,
    UpdatingAnswer? Updating
);

/// <summary>One forecaster's scores.</summary>
/// <param name="Name">The forecaster.</param>
/// <param name="Scores">The scores of the page.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
public sealed record PersonScoresModel(string Name, IReadOnlyList<AnalystScoreAnswer> Scores, string? Next);

/// <summary>The pages of people.</summary>
internal static class PeoplePages
{
    public static async Task<IResult> ListAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var analysts = await page.GetAsync<Page<AnalystAnswer>>("/analysts", query: page.Query("limit") is null ? query.Append(new("limit", "100")) : query);
        var frame = page.Frame(page.Texts["place.People"], Place.People);
        return page.Show<PeopleView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json"))],
            },
            new PeopleModel(analysts.Items, analysts.Next is { } next ? frame.Here(("cursor", next)) : null)
        );
    }

    public static async Task<IResult> OneAsync(PageRequest page)
    {
        var name = page.Value("analyst");
        var analyst = await page.GetAsync<AnalystAnswer>("/analysts/{analyst}", page.Values);
        var calibration = page.FindAsync<CalibrationAnswer>("/analysts/{analyst}/calibration", page.Values);
        var scores = page.FindAsync<Page<AnalystScoreAnswer>>("/analysts/{analyst}/scores", page.Values, [new("limit", "12")]);
        var standing = page.FindAsync<Page<StandingForecast>>("/analysts/{analyst}/forecasts", page.Values, [new("limit", "50"), new("status", "open")]);
        var updating = page.FindAsync<UpdatingAnswer>("/analysts/{analyst}/updating", page.Values, [new("limit", "1")]);
        var frame = page.Frame(page.Texts.Written(analyst.Name), Place.People);
        return page.Show<PersonView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json"))],
            },
            new PersonModel(name, analyst, await calibration, await scores, (await standing)?.Items ?? [], await updating)
        );
    }

    public static async Task<IResult> ScoresAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var scores = await page.GetAsync<Page<AnalystScoreAnswer>>("/analysts/{analyst}/scores", page.Values, query);
        var frame = page.Frame(page.Texts.Say("person.scoresOf", page.Value("analyst")), Place.People) with { HasTimes = true };
        return page.Show<PersonScoresView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json")), new("CSV", $"/exports/scores.csv?analyst={Uri.EscapeDataString(page.Value("analyst"))}")],
            },
            new PersonScoresModel(page.Value("analyst"), scores.Items, scores.Next is { } next ? frame.Here(("cursor", next)) : null)
        );
    }

    public static async Task<IResult> CompareAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value)).ToList();
        if (page.Query("rule") is null)
            query.Add(new("rule", "brier"));
        var comparison = await page.GetAsync<ComparisonAnswer>("/analysts/{a}/compare/{b}", page.Values, query);
        var frame = page.Frame(page.Texts.Say("compare.title", page.Value("a"), page.Value("b")), Place.People) with { HasTimes = true };
        return page.Show<ComparisonView>(frame with { Forms = [new("JSON", frame.Form(".json"))] }, comparison);
    }
}
