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
public sealed record AnalystForecastAnswer(
    string Question,
    string Title,
    QuestionType Type,
    QuestionStatus Status,
    string Analyst,
    ForecasterKind Kind,
    DateTimeOffset MadeAt,
    DateTimeOffset RecordedAt,
    double? Probability,
    IReadOnlyDictionary<string, double>? Probabilities,
    IReadOnlyList<QuantileBody>? Quantiles,
    VerbalStatement? Verbal,
    string? Term,
    string? Rationale,
    DateTimeOffset? ExpiresAt,
    bool Imported
);

/// <summary>What stands of one analyst, over all questions.</summary>
public static class AnalystForecasts
{
    /// <summary>How many of the analyst's questions are read in one go, where a filter leaves some of them out.</summary>
    private const int AtOnce = 200;

    public static void MapAnalystForecasts(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/analysts/{analyst}/forecasts", ListAsync)
            .RequireAuthorization(Policies.Read)
            .Knows("status", "tag", "asOf", "knownAt", "staleFor", "limit", "cursor")
            .Produces<Page<AnalystForecastAnswer>>()
            .WithDescription(
                """
                What stands of one analyst, a forecast a question, with the question's slug, title, type and status; what was withdrawn or has expired does not stand. `status`, `tag`: only
                on such questions. `asOf`: what stood at that instant, on the questions as they stood then; `knownAt`: only what was recorded here by then; both instants are included.
                `staleFor`: only what was stated longer ago than that (`7d`), counted back from `asOf` or else from now; with `status=open` these are the forecasts that want another look.
                """
            );

    private static async Task<IResult> ListAsync(string analyst, HttpContext http, IQuerySession session)
    {
        var request = http.Request;
        var (limit, after, at) = (request.Limit(), request.Cursor(), request.PointInTime());
        var (status, tag) = (request.Choice<QuestionStatus>("status"), request.Text("tag"));
        var asOf = at.AsOf ?? http.Now();
        var statedBefore = asOf - request.Duration("staleFor");
        var filtered = status is not null || tag is not null || statedBefore is not null;
        var answers = new List<AnalystForecastAnswer>(limit + 1);
        var seen = after is not null;
        for (var last = after; ; )
        {
            var (steps, next) = await ForecastLog.StandingOfAsync(session, analyst, asOf, at.KnownAt, last, filtered ? AtOnce : limit + 1, http.RequestAborted);
            seen |= steps.Count > 0 || next is not null;
            var questions = await QuestionsAsync(session, steps.Select(s => s.Question), at, http.RequestAborted);
            foreach (var (slug, step) in steps)
            {
                if (step.MadeAt >= statedBefore || !questions.TryGetValue(slug, out var question))
                    continue;
                if ((status is null || question.Status == status) && (tag is null || question.Tags.Contains(tag)))
                    answers.Add(Answer(question, step));
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
        return (at.IsPresent ? current : await QuestionEndpoints.AtAsync(session, current, at, token)).ToDictionary(q => q.Slug, StringComparer.Ordinal);
    }

    private static async Task<bool> IsUnknownAsync(IQuerySession session, string analyst, CancellationToken token) =>
        !StreamKeys.IsForecaster(analyst)
        || (
            await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), token) is null
            && (await ForecastLog.StandingOfAsync(session, analyst, DateTimeOffset.MaxValue, null, null, 1, token)).Last is null
        );

    private static AnalystForecastAnswer Answer(Question question, RecordedStep step)
    {
        var f = ForecastEndpoints.Answer(question, step);
        return new AnalystForecastAnswer(
            question.Slug,
            question.Title,
            question.Type,
            question.Status,
            f.Analyst,
            f.Kind,
            f.MadeAt,
            f.RecordedAt,
            f.Probability,
            f.Probabilities,
            f.Quantiles,
            f.Verbal,
            f.Term,
            f.Rationale,
            f.ExpiresAt,
            f.Imported
        );
    }
}
