using Api.Consensus;
using Api.Pages.Frame;
using Api.Pages.Pictures;
using Api.Pages.QuestionPage;
using Api.Pages.Reading;
using Api.Questions;
using Domain.Consensus;

namespace Api.Pages.ConsensusPage;

/// <summary>What the crowd says by one method, over time.</summary>
/// <param name="Question">The question.</param>
/// <param name="Consensus">What it says at the instant of the page.</param>
/// <param name="Methods">The methods that apply to the question.</param>
/// <param name="History">What it said from when on.</param>
/// <param name="Timeline">How far apart the forecasts lie; null where the question has no options.</param>
/// <param name="Drawing">The picture; null where there is nothing to draw.</param>
public sealed record ConsensusModel(
    QuestionAnswer Question,
    ConsensusAnswer Consensus,
    IReadOnlyList<ConsensusMethod> Methods,
    IReadOnlyList<ConsensusStep> History,
    TimelineAnswer? Timeline,
    TimelineDrawing? Drawing
);

/// <summary>The page of a question's consensus.</summary>
internal static class ConsensusPages
{
    public static async Task<IResult> AnswerAsync(PageRequest page)
    {
        var query = page.Http.Request.Query.Select(q => new KeyValuePair<string, string?>(q.Key, q.Value));
        var consensus = await page.GetAsync<ConsensusAnswer>("/questions/{slug}/consensus", page.Values, query);
        var question = await page.GetAsync<QuestionAnswer>("/questions/{slug}", page.Values, page.Times);
        var timeline = await QuestionReading.TimelineAsync(page, question, page.Times);
        var history = await QuestionReading.HistoryAsync(page, question, consensus.Method);
        var frame = page.Frame(page.Texts.Say("consensus.title", question.Title), Place.Questions) with { HasTimes = true };
        return page.Show<ConsensusView>(
            frame with
            {
                Forms =
                [
                    new("JSON", frame.Form(".json")),
                    new("SVG", History(frame, question, consensus, ".svg")),
                    new("PNG", History(frame, question, consensus, ".png")),
                ],
            },
            new ConsensusModel(
                question,
                consensus,
                [.. ConsensusMethods.All.Where(m => question.Options is not null || m.AppliesToDistributions)],
                history,
                timeline,
                QuestionDrawing.OfConsensus(page, question, timeline, history, page.Texts.Find($"method.{consensus.Method}") ?? consensus.Method)
            )
        );
    }

    private static string History(PageFrame frame, QuestionAnswer question, ConsensusAnswer consensus, string suffix) =>
        frame.At($"/questions/{question.Slug}/consensus/history{suffix}", ("asOf", null), ("method", consensus.Method));
}
