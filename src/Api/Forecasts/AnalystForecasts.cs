using System.Diagnostics.CodeAnalysis;
using Api.Authorization;
using Api.Endpoints;
using Api.Paging;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Store.Reading;

namespace Api.Forecasts;

/// <summary>A standing forecast of one analyst, with the question that it is on.</summary>
public sealed record AnalystForecastAnswer : ForecastAnswer
{
    [SetsRequiredMembers]
    private AnalystForecastAnswer(ForecastAnswer forecast, Question question)
        : base(forecast) => (Question, Title, Type, Status) = (question.Slug, question.Title, question.Type, question.Status);

    /// <summary>The question's slug.</summary>
    public required string Question { get; init; }

    /// <summary>The question's title.</summary>
    public required string Title { get; init; }

    /// <summary>What the question asks for.</summary>
    public required QuestionType Type { get; init; }

    /// <summary>What can happen to the question next.</summary>
    public required QuestionStatus Status { get; init; }

    /// <summary>A step that stands, with the question that it is on.</summary>
    internal static AnalystForecastAnswer Of(Question question, RecordedStep step) => new(ForecastEndpoints.Answer(question, step), question);
}

/// <summary>What stands of one analyst, over all questions.</summary>
public static class AnalystForecasts
{
    /// <summary>How many of the analyst's questions are read in one go, where a filter leaves some of them out.</summary>
    private const int AtOnce = 200;

    private static readonly QueryParameter StaleFor = QueryParameter.Pattern(
        "staleFor",
        "^[0-9]+[mhdw]$",
        "Only forecasts that were stated longer ago than this: minutes, hours, days or weeks.",
        example: "7d"
    );

    /// <summary>Maps <c>GET /analysts/{analyst}/forecasts</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/analysts/{analyst}/forecasts", ListAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([QuestionFilters.Status, QuestionFilters.Tag, .. QueryParameters.AsOfAndKnownAt, StaleFor, .. PageParameters.All])
            .Produces<Page<AnalystForecastAnswer>>();

    /// <summary>List an analyst's standing forecasts on all questions</summary>
    /// <remarks>
    /// What stands of one analyst, a forecast a question, with the question's slug, title, type and status; what was withdrawn or has expired does not
    /// stand. `status`, `tag`: only on such questions. `asOf`: what stood at that instant, on the questions as they stood then; `knownAt`: only what was
    /// recorded here by then; both instants are included. `staleFor`: only what was stated longer ago than that (`7d`), counted back from `asOf` or else
    /// from now; with `status=open` these are the forecasts that want another look.
    /// </remarks>
    public static async Task<IResult> ListAsync(string analyst, HttpContext http, IQuerySession session)
    {
        var request = http.Request;
        var (limit, after, at) = (request.Limit(), request.Cursor(), request.PointInTime());
        var (status, tag) = (request.Choice<QuestionStatus>(QuestionFilters.Status), request.Text(QuestionFilters.Tag));
        var asOf = at.AsOf ?? http.Now();
        var statedBefore = asOf - request.Duration(StaleFor);
        var filtered = status is not null || tag is not null || statedBefore is not null;
        var answers = new List<AnalystForecastAnswer>(limit + 1);
        var (name, seen) = (new ForecasterName(analyst), after is not null);
        for (QuestionSlug? last = after is null ? null : new QuestionSlug(after); ; )
        {
            var (steps, next) = await ForecastLog.StandingOfAsync(session, name, asOf, at.KnownAt, last, filtered ? AtOnce : limit + 1, http.RequestAborted);
            seen |= steps.Count > 0 || next is not null;
            var questions = await QuestionsAsync(session, steps.Select(s => s.Question), at, http.RequestAborted);
            foreach (var (slug, step) in steps)
            {
                if (step.MadeAt >= statedBefore || !questions.TryGetValue(slug, out var question))
                    continue;
                if ((status is null || question.Status == status) && (tag is null || question.Tags.Contains(tag)))
                    answers.Add(AnalystForecastAnswer.Of(question, step.ShownTo(http)));
            }

            if (next is null || answers.Count > limit)
                break;
            last = next;
        }

        if (!seen && answers.Count == 0 && await IsUnknownAsync(session, analyst, http.RequestAborted))
            return Problem.NotFound($"There is no analyst '{analyst}'.");
        return EntityTags.Tagged(http, Page<AnalystForecastAnswer>.Of([.. answers.Take(limit + 1)], limit, f => f.Question));
    }

    private static async Task<IReadOnlyDictionary<string, Question>> QuestionsAsync(
        IQuerySession session,
        IEnumerable<string> slugs,
        PointInTime at,
        CancellationToken token
    )
    {
        var current = await session.LoadManyAsync<Question>(token, slugs.Select(StreamKeys.Question));
        return (at.IsPresent ? current : await EarlierQuestions.AtAsync(session, current, at, token)).ToDictionary(q => q.Slug, StringComparer.Ordinal);
    }

    private static async Task<bool> IsUnknownAsync(IQuerySession session, string analyst, CancellationToken token) =>
        !StreamKeys.IsForecaster(analyst)
        || (
            await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), token) is null
            && (await ForecastLog.StandingOfAsync(session, new ForecasterName(analyst), DateTimeOffset.MaxValue, null, null, 1, token)).Last is null
        );
}
