using Api.Pages.Frame;
using Api.Pages.Reading;
using Api.Paging;
using Api.Questions;
using Api.Scores;

namespace Api.Pages.Scoring;

/// <summary>Everyone's scores on a question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Scores">The scores.</param>
public sealed record AllScoresModel(QuestionAnswer Question, ScoresAnswer Scores);

/// <summary>Every scoring of a question, side by side.</summary>
/// <param name="Question">The question.</param>
/// <param name="Generations">The generations, the first one first.</param>
/// <param name="Earlier">The scores of the last but one; null where there is one generation.</param>
/// <param name="Latest">The scores of the latest.</param>
public sealed record GenerationsModel(QuestionAnswer Question, IReadOnlyList<GenerationAnswer> Generations, ScoresAnswer? Earlier, ScoresAnswer? Latest);

/// <summary>An explanation of a score.</summary>
/// <param name="Question">The question.</param>
/// <param name="Explanation">The explanation of all its scores, or of the one asked for.</param>
/// <param name="Key">The score that is drawn; null where there is none.</param>
/// <param name="Keys">The scores that can be explained.</param>
public sealed record ExplanationModel(QuestionAnswer Question, ExplanationAnswer Explanation, string? Key, IReadOnlyList<string> Keys);

/// <summary>The pages of a question's scores.</summary>
internal static class ScoresOfQuestion
{
    private static readonly string[] Preferred = ["brier.timeAveraged", "brierOrdered.timeAveraged", "crps.timeAveraged"];

    public static async Task<IResult> AllAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var question = page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values, page.Times);
        var scores = await page.GetAsync<ScoresAnswer>("/questions/{slug}/scores", page.Values, query);
        var frame = page.Frame(page.Texts.Say("scores.title", page.Texts.Written((await question).Title)), Place.Questions) with { HasTimes = true };
        frame = frame with { Forms = [new("JSON", frame.Form(".json")), new("CSV", $"/exports/scores.csv?question={page.Value("slug")}")] };
        return page.Show<AllScoresView>(frame, new AllScoresModel(await question, scores));
    }

    public static async Task<IResult> GenerationsAsync(PageRequest page)
    {
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values);
        var generations = await page.GetAsync<Page<GenerationAnswer>>("/questions/{slug}/scores/generations", page.Values, page.Times);
        Task<ScoresAnswer?> Of(int fromEnd) =>
            generations.Items.Count < fromEnd
                ? Task.FromResult<ScoresAnswer?>(null)
                : page.FindAsync<ScoresAnswer>("/questions/{slug}/scores", page.Values, [new("generation", $"{generations.Items[^fromEnd].Generation}")]);
        var frame = page.Frame(page.Texts.Say("generations.title", page.Texts.Written(question.Title)), Place.Questions) with { HasTimes = true };
        return page.Show<GenerationsView>(
            frame with
            {
                Forms = [new("JSON", frame.Form(".json"))],
            },
            new GenerationsModel(question, generations.Items, await Of(2), await Of(1))
        );
    }

    public static async Task<IResult> ExplanationAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Where(q => q.Key != "score").Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var question = page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values, page.Times);
        var explanation = await page.GetAsync<ExplanationAnswer>("/questions/{slug}/scores/{analyst}/explanation", page.Values, query);
        var keys = explanation.Scores.Keys.Order(StringComparer.Ordinal).ToList();
        var key = page.Query("score") is { } wanted ? keys.Find(k => k == wanted) : Preferred.FirstOrDefault(keys.Contains) ?? keys.FirstOrDefault();
        if (key is null && page.Query("score") is not null)
            await page.GetAsync<ExplanationAnswer>("/questions/{slug}/scores/{analyst}/explanation", page.Values, [new("score", page.Query("score"))]);
        var frame = page.Frame(page.Texts.Say("explanation.title", page.Value("analyst")), Place.Questions) with { HasTimes = true };
        frame = frame with { Forms = [new("JSON", frame.Form(".json"))] };
        return page.Show<ExplanationView>(frame, new ExplanationModel(await question, explanation, key, keys));
    }
}
