using Api.Pages.Frame;
using Api.Pages.Pictures;
using Api.Pages.Reading;
using Api.Paging;
using Api.Questions;

namespace Api.Pages.QuestionList;

/// <summary>What the list of questions shows.</summary>
/// <param name="Questions">The questions of the page.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
/// <param name="Drawing">The crowd's medians in one picture, where the questions are few and belong together; else null.</param>
public sealed record QuestionListModel(IReadOnlyList<ListedQuestion> Questions, string? Next, TimelineDrawing? Drawing);

/// <summary>The list of questions, by the API's own filters.</summary>
internal static class QuestionListPage
{
    // Each question shown asks for its timeline too.
    private const string Shown = "25";

    public static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        if (page.Query("limit") is null)
            query = query.Append(new("limit", Shown));
        var questions = await page.GetAsync<Page<QuestionAnswer>>("/questions", query: query);
        var frame = page.Frame(page.Texts["place.Questions"], Place.Questions) with { HasTimes = true };
        frame = frame with { Forms = [new("JSON", frame.Form(".json")), new("CSV", "/exports/questions.csv")] };
        var listed = await ListedQuestion.AllAsync(page, questions.Items);
        return page.Show<QuestionListView>(
            frame,
            new QuestionListModel(listed, questions.Next is { } next ? frame.Here(("cursor", next)) : null, QuestionsTogether.Of(page, listed))
        );
    }
}
