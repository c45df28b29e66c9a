using Api.Authorization;
using Api.Endpoints;
using Api.Forecasts;
using Api.Limits;
using Api.Pipeline;
using Api.Problems;
using Api.Questions;
using Api.Requests;
using Domain;
using Domain.Consensus;
using Domain.Crowds;
using Domain.Forecasts;
using Domain.Forecasts.Timelines;
using Domain.People;
using Domain.Questions;
using Marten;
using Store.Reading;

namespace Api.Consensus;

/// <summary>What a forecaster says from an instant on.</summary>
/// <param name="At">The instant, which is included; for an imported step, as the file claims.</param>
/// <param name="Probability">The probability of the option; null where nothing stands any more.</param>
public sealed record TimelineStep(DateTimeOffset At, double? Probability);

/// <summary>What one forecaster said of an option over time.</summary>
/// <param name="Forecaster">The forecaster.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Steps">The steps, in the order of time.</param>
public sealed record TimelineLine(string Forecaster, ForecasterKind Kind, IReadOnlyList<TimelineStep> Steps);

/// <summary>How far apart the forecasts of persons and bots lie from an instant on.</summary>
/// <param name="At">The instant, which is included.</param>
/// <param name="Standing">How many forecasts stand.</param>
/// <param name="Low">The quantile at 5 %; null where none stands, as are the others.</param>
/// <param name="LowerQuartile">The quantile at 25 %.</param>
/// <param name="Median">The median.</param>
/// <param name="UpperQuartile">The quantile at 75 %.</param>
/// <param name="High">The quantile at 95 %.</param>
public sealed record TimelineSpread(DateTimeOffset At, int Standing, double? Low, double? LowerQuartile, double? Median, double? UpperQuartile, double? High);

/// <summary>What was forecast of one option of a question over time.</summary>
/// <param name="Question">The question's slug.</param>
/// <param name="Option">The option whose probability is meant.</param>
/// <param name="From">Where the time begins: the question's opening.</param>
/// <param name="Until">
/// Where it ends, which is left out: the close, or the instant asked for where that is earlier; null while the question goes on and no instant is asked for.
/// </param>
/// <param name="Forecasters">How many persons and bots forecast in that time.</param>
/// <param name="Forecasts">How many forecasts they made, revisions included.</param>
/// <param name="Spread">How far apart they lie, a step at each change.</param>
/// <param name="Lines">
/// The forecasters one by one: all while there are at most 50; of more only those who are neither person nor bot, and the one asked for.
/// </param>
/// <param name="Standing">How many forecasts of persons and bots stand at the end in each twentieth of probability, from 0 up; the last includes 1.</param>
/// <param name="Dots">Every forecast of a person or bot as a dot, but for seals: its instant and its probability; the latest 2,000.</param>
public sealed record TimelineAnswer(
    string Question,
    string Option,
    DateTimeOffset From,
    DateTimeOffset? Until,
    int Forecasters,
    int Forecasts,
    IReadOnlyList<TimelineSpread> Spread,
    IReadOnlyList<TimelineLine> Lines,
    IReadOnlyList<int> Standing,
    IReadOnlyList<TimelineStep> Dots
);

/// <summary>What was forecast of an option over time: the spread of the crowd, the lines of few, and each forecast as a dot.</summary>
public static class CrowdTimelines
{
    private const int MostLines = 50;
    private const int MostDots = 2_000;
    private const int Columns = 20;

    private static readonly QueryParameter Option = QueryParameter.Text("option", "The option whose probability is meant; the first where it is left out.");

    private static readonly QueryParameter Analyst = QueryParameter.Text("analyst", "A forecaster whose line is wanted however many there are.");

    /// <summary>Maps <c>GET /questions/{slug}/timeline</c>.</summary>
    public static void MapCrowdTimelines(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/questions/{slug}/timeline", GetAsync)
            .LimitsConcurrency()
            .WithTags("Consensus")
            .RequireAuthorization(Policies.Read)
            .Knows([Option, Analyst, .. QueryParameters.AsOfAndKnownAt])
            .Produces<TimelineAnswer>();

    /// <summary>Show what was forecast of an option over time</summary>
    /// <remarks>
    /// How the forecasts of persons and bots on one option lay apart over time, with every forecast as a dot, and the lines of the forecasters one by one
    /// while there are few. On a binary question the option is `yes` unless `option` says otherwise. `asOf`: only what was made by that instant, which is
    /// included; `knownAt`: only what was recorded here by then. Questions of numbers and dates have no options; their `consensus/history` has quantiles.
    /// </remarks>
    public static async Task<IResult> GetAsync(string slug, HttpContext http, IQuerySession session)
    {
        var request = http.Request;
        var (named, analyst, at) = (request.Text(Option), request.Text(Analyst), request.PointInTime());
        if (await session.LoadAsync<Question>(StreamKeys.Question(slug), http.RequestAborted) is not { } question)
            return QuestionEndpoints.Missing(slug);
        if (question.Options.Count == 0)
            return Problem.Invalid("option", $"'{slug}' asks for a number or a date and has no options; see /questions/{slug}/consensus/history.");
        var option = named is null ? 0 : question.Options.ToList().IndexOf(named);
        if (option < 0)
            return Problem.Invalid("option", $"'{slug}' has no option '{named!.Shortened(60)}'; it has {string.Join(", ", question.Options)}.");

        var recorded = await ForecastLog.OnQuestionAsync(session, slug, at.KnownAt, http.RequestAborted);
        var until = at.AsOf?.AddTicks(1) ?? http.Now();
        var goesOn = at.AsOf is null && until < question.ClosesAt;
        until = until < question.ClosesAt ? until : question.ClosesAt;
        var made = recorded.Where(s => s.MadeAt < until).ToList();
        var timelines = made.ToTimelines();
        var crowd = timelines.Where(t => Crowd.Counts(t.Kind)).ToList();
        var stated = Stated(crowd);
        var dots = stated
            .Where(s => Probability(s.Prediction, option) is not null)
            .Select(s => new TimelineStep(s.MadeAt, Probability(s.Prediction, option)))
            .ToList();
        return EntityTags.Tagged(
            http,
            new TimelineAnswer(
                slug,
                question.Options[option],
                question.OpensAt,
                // The present moves on, and an answer that says nothing new is the same answer.
                goesOn ? null : until,
                crowd.Count(t => t.Steps.Any(s => s.Prediction is not null)),
                stated.Count,
                [.. CrowdSpread.Of(timelines, option, question.OpensAt, until).Select(Answer)],
                [
                    .. timelines
                        .Where(t => timelines.Count <= MostLines || t.Forecaster == analyst || !Crowd.Counts(t.Kind))
                        .Select(t => new TimelineLine(t.Forecaster, t.Kind, Steps(t, option))),
                ],
                Standing(crowd, option, question.OpensAt, until),
                dots.Count > MostDots ? [.. dots.Skip(dots.Count - MostDots)] : dots
            )
        );
    }

    private static TimelineSpread Answer(SpreadStep s) =>
        s.Standing == 0
            ? new TimelineSpread(s.At, 0, null, null, null, null, null)
            : new TimelineSpread(s.At, s.Standing, s.Low, s.LowerQuartile, s.Median, s.UpperQuartile, s.High);

    private static int[] Standing(IEnumerable<ForecastTimeline> crowd, int option, DateTimeOffset from, DateTimeOffset until)
    {
        var columns = new int[Columns];
        var end = until.UtcTicks;
        foreach (var standing in StandingIntervals.Within(crowd, Math.Min(from.UtcTicks, end - 1), end).Open().All)
        {
            if (standing.To == end && standing.Prediction is Prediction.Categorical stated)
                columns[Math.Min((int)Math.Floor((stated.Probabilities[option] * Columns) + 1e-9), Columns - 1)]++;
        }

        return columns;
    }

    private static List<ForecastStep> Stated(IEnumerable<ForecastTimeline> crowd) =>
        [.. from t in crowd from s in Told(t) where s.Prediction is not null orderby s.MadeAt, s.Sequence select s];

    /// <summary>The steps in the order of time; what was revealed is in the place of its seal.</summary>
    private static List<ForecastStep> Told(ForecastTimeline timeline)
    {
        var told = new List<ForecastStep>();
        DateTimeOffset? revealed = null;
        // Backwards, a revelation comes before the seal that it opens, which was made at the same instant.
        foreach (var step in timeline.Steps.OrderByDescending(s => s.MadeAt).ThenByDescending(s => s.Sequence))
        {
            if (step.Prediction is Prediction.Sealed { Revealed: not null })
                revealed = step.MadeAt;
            if (step.Prediction is not Prediction.Sealed { Revealed: null } || step.MadeAt != revealed)
                told.Add(step);
        }

        told.Reverse();
        return told;
    }

    // A forecast that expires ends by itself, unless it is revised or withdrawn before.
    private static List<TimelineStep> Steps(ForecastTimeline timeline, int option)
    {
        var steps = new List<TimelineStep>();
        var ordered = Told(timeline);
        foreach (var (i, step) in ordered.Index())
        {
            steps.Add(new TimelineStep(step.MadeAt, Probability(step.Prediction, option)));
            if (step.Prediction is not null && step.ExpiresAt is { } expires && !(i + 1 < ordered.Count && ordered[i + 1].MadeAt <= expires))
                steps.Add(new TimelineStep(expires, null));
        }

        return steps;
    }

    private static double? Probability(Prediction? stated, int option) =>
        ((stated is Prediction.Sealed seal ? seal.Revealed : stated) as Prediction.Categorical)?.Probabilities[option];
}
