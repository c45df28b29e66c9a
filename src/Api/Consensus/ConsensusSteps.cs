using Api.Endpoints;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Consensus;
using Domain.Crowds;
using Domain.Questions;
using Domain.TrackRecords;
using Marten;
using Store.Reading;
using Store.Scoring;

namespace Api.Consensus;

/// <summary>The consensus that a request asks for, as steps over time.</summary>
internal static class ConsensusSteps
{
    public static readonly QueryParameter Method = QueryParameter.OneOf(
        "method",
        ConsensusMethods.All.Select(m => m.Name),
        "How the forecasts become one.",
        otherwise: ConsensusMethods.Default.Name
    );

    /// <summary>Answers by the steps before an instant and by how many forecasts stand then, or refuses a method that is none or does not apply.</summary>
    public static async Task<IResult> AnswerAsync(
        string slug,
        HttpContext http,
        IQuerySession session,
        ScoreViewReader views,
        DateTimeOffset until,
        Func<Question, ConsensusMethod, IReadOnlyList<Domain.Forecasts.ForecastStep>, int, IResult> answer
    )
    {
        var named = http.Request.Text(Method) ?? ConsensusMethods.Default.Name;
        if (ConsensusMethods.Find(named) is not { } method)
            return Problem.Invalid("method", $"There is no method '{named}'; there are {string.Join(", ", ConsensusMethods.All)}.");
        var knownAt = http.Request.Instant(QueryParameters.KnownAt);
        var question = await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted);
        if (question is null)
            return QuestionEndpoints.Missing(slug);
        if (question.Range is not null && !method.AppliesToDistributions)
        {
            return Problem.Invalid(
                "method",
                $"'{method}' combines odds, which numbers and dates have none of; here there are {string.Join(", ", ConsensusMethods.OfDistributions)}."
            );
        }

        var steps = await ForecastLog.OnQuestionAsync(session, slug, knownAt, http.RequestAborted);
        var timelines = steps.ToTimelines();
        var end = until < question.ClosesAt ? until : question.ClosesAt;
        var earlier = method.ReadsTrackRecords ? await EarlierAsync() : [];
        var standing = steps.StandingAt(until).Count(s => Crowd.Counts(s.Kind) && s.IsOpenAt(end));
        return answer(question, method, ConsensusTimelines.Of(method, question.OpensAt, question.ClosesAt, timelines, earlier, end, question.Range), standing);

        async Task<IReadOnlyList<EarlierScore>> EarlierAsync()
        {
            var at = new PointInTime(http.Request.Instant(QueryParameters.AsOf), knownAt);
            if (at.IsPresent)
                return await ScoringInputs.EarlierScoresAsync(session, question, end, timelines, http.RequestAborted);
            await using var then = await views.OpenAsync(at, http.RequestAborted);
            return await then.EarlierScoresAsync(question, end, timelines, http.RequestAborted);
        }
    }
}
