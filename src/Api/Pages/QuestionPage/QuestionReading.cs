using System.Globalization;
using Api.Consensus;
using Api.Forecasts;
using Api.Pages.Reading;
using Api.Paging;
using Api.Pipeline;
using Api.Questions;
using Api.Resolutions;
using Domain;
using Domain.Consensus;
using Domain.Questions;

namespace Api.Pages.QuestionPage;

/// <summary>Reads what is shown of a question, and leaves out what was not yet so, or not yet known, at the times of the page.</summary>
internal static class QuestionReading
{
    private const int MostPages = 20;

    /// <summary>What was forecast of the first option; null where there is none, and of a draft.</summary>
    public static Task<TimelineAnswer?> TimelineAsync(PageRequest page, QuestionAnswer question, IEnumerable<KeyValuePair<string, string?>> times) =>
        question.Options is null || question.Status == QuestionStatus.Draft
            ? Task.FromResult<TimelineAnswer?>(null)
            : page.FindAsync<TimelineAnswer>("/questions/{slug}/timeline", page.Values, times.Append(new("analyst", page.Me)));

    /// <summary>What the crowd says by each method that applies.</summary>
    public static async Task<IReadOnlyList<ConsensusAnswer>> ConsensusAsync(PageRequest page, QuestionAnswer question)
    {
        var answers = await Task.WhenAll(
            ConsensusMethods
                .All.Where(m => question.Options is not null || m.AppliesToDistributions)
                .Select(m => page.FindAsync<ConsensusAnswer>("/questions/{slug}/consensus", page.Values, page.Times.Append(new("method", m.Name))))
        );
        return [.. answers.OfType<ConsensusAnswer>().Where(a => a.Probability is not null || a.Probabilities is not null || a.Quantiles is not null)];
    }

    /// <summary>What the crowd said from when on, until the close or the instant that is shown.</summary>
    /// <param name="page">The request.</param>
    /// <param name="question">The question.</param>
    /// <param name="method">By which method; null for the one that is taken where none is named.</param>
    public static async Task<IReadOnlyList<ConsensusStep>> HistoryAsync(PageRequest page, QuestionAnswer question, string? method = null)
    {
        if (question.Status == QuestionStatus.Draft)
            return [];
        var steps = new List<ConsensusStep>();
        string? cursor = null;
        for (var read = 0; read < MostPages; read++)
        {
            KeyValuePair<string, string?>[] query = [new("limit", "500"), new("cursor", cursor), new("method", method), new("knownAt", page.Query("knownAt"))];
            if (await page.FindAsync<Page<ConsensusStep>>("/questions/{slug}/consensus/history", page.Values, query) is not { } part)
                break;
            steps.AddRange(part.Items);
            if ((cursor = part.Next) is null)
                break;
        }

        var until = Until(page, question);
        return [.. steps.Where(s => s.At <= until)];
    }

    /// <summary>Where what is shown ends: the close, or the instant that is shown, or now.</summary>
    public static DateTimeOffset Until(PageRequest page, QuestionAnswer question)
    {
        var until = page.AsOf ?? page.Http.Now();
        return until < question.ClosesAt ? until : question.ClosesAt;
    }

    /// <summary>How the outcome came to stand, as far as it was known.</summary>
    public static async Task<IReadOnlyList<ResolutionStep>> ResolutionAsync(PageRequest page) =>
        await page.FindAsync<ResolutionAnswer>("/questions/{slug}/resolution", page.Values) is not { } all
            ? []
            : [.. all.Steps.Where(s => !(s.RecordedAt > page.KnownAt) && !((s.KnownAt ?? s.RecordedAt) > page.AsOf))];

    /// <summary>The last edits of the question that were recorded by then, in the order in which they were made; null where they cannot be read.</summary>
    /// <param name="page">The request.</param>
    /// <param name="most">How many at most.</param>
    public static async Task<EditsAnswer?> EditsAsync(PageRequest page, int most)
    {
        var until = page.AsOf is { } asOf && !(page.KnownAt < asOf) ? asOf : page.KnownAt;
        KeyValuePair<string, string?>[] query =
        [
            new("order", "latest"),
            new("limit", most.ToString(CultureInfo.InvariantCulture)),
            new("knownAt", until is { } at ? Instants.Format(at) : null),
        ];
        return await page.FindAsync<EditsAnswer>("/questions/{slug}/edits", page.Values, query) is { } latest
            ? latest with
            {
                Steps = [.. latest.Steps.Reverse()],
            }
            : null;
    }

    /// <summary>One forecaster's steps that were made, and known, by then; null where there are none.</summary>
    public static async Task<HistoryAnswer?> StepsAsync(PageRequest page, string question, string forecaster)
    {
        var values = new Dictionary<string, string> { ["slug"] = question, ["analyst"] = forecaster };
        if (await page.FindAsync<HistoryAnswer>("/questions/{slug}/forecasts/{analyst}", values) is not { } all)
            return null;
        var shown = all with { Steps = [.. all.Steps.Where(s => !(s.RecordedAt > page.KnownAt) && !(s.MadeAt > page.AsOf))] };
        return shown.Steps.Count > 0 ? shown : null;
    }
}
