using Api.Authorization;
using Api.ComputedResponses;
using Api.Endpoints;
using Api.Questions;
using Api.Requests;
using Api.Scores;
using Domain;
using Domain.Comparison;
using Domain.Leaderboards;
using Domain.Scoring;
using Domain.Statistics;
using Marten;
using Store.Views;

namespace Api.Comparisons;

/// <summary>Two forecasters on the questions that both forecast, one difference a question.</summary>
/// <param name="Questions">How many questions both forecast and have this score on.</param>
/// <param name="A">The first forecaster.</param>
/// <param name="B">The second forecaster.</param>
/// <param name="Rule">The score that it goes by.</param>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Units">How many of them, groups counted once, vary by themselves.</param>
/// <param name="Basis">
/// Over which time the scores are taken: <c>commonTime</c>, in which both had a forecast standing, or <c>lifetime</c>, where absent time counts 0.
/// </param>
/// <param name="Better">Which sign of the difference speaks for a: <c>lower</c> or <c>higher</c>.</param>
/// <param name="MeanA">The mean of a's score.</param>
/// <param name="MeanB">The mean of b's score.</param>
/// <param name="Difference">Mean of a's score − b's.</param>
/// <param name="Lower">The lower end of the 95 % interval; null where there is none.</param>
/// <param name="Upper">The upper end of the 95 % interval; null where there is none.</param>
/// <param name="PValue">Two-sided, by flipping signs.</param>
/// <param name="Method"><c>exact</c> up to twenty units, else <c>monteCarlo</c>.</param>
/// <param name="UnrevealedA">On how many of the questions a seal of a has a share that has not been revealed, and that counts as the uniform forecast.</param>
/// <param name="UnrevealedB">The same of b.</param>
public sealed record ComparisonAnswer(
    int Questions,
    string A,
    string B,
    string Rule,
    string Status,
    string? Reason,
    int Units,
    string Basis,
    string Better,
    double? MeanA,
    double? MeanB,
    double? Difference,
    double? Lower,
    double? Upper,
    double? PValue,
    string? Method,
    int UnrevealedA,
    int UnrevealedB
);

/// <summary>Compares two forecasters on the questions that both forecast.</summary>
public static class ComparisonEndpoints
{
    public static void MapComparisons(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/analysts/{a}/compare/{b}", GetAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([
                RequestedScoreKeys.Rule,
                QuestionFilters.Tag,
                QuestionFilters.Type,
                ScoreFilters.From,
                ScoreFilters.To,
                .. QueryParameters.AsOfAndKnownAt,
                ImportedChoices.Parameter,
            ])
            .WithTags("Comparisons")
            .Produces<ComparisonAnswer>();

    /// <summary>Compare two analysts on the questions that both forecast</summary>
    /// <remarks>
    /// Two forecasters, paired on the questions that both forecast. `rule`: by which score (`peer` when none is given; a rule alone, such as `brier`,
    /// means its time average). Scores over the time in which a forecast stood are taken over the time in which both did. `tag`, `type`, `from`, `to`
    /// narrow the questions as for an analyst's scores; `asOf` and `knownAt` look back as for a leaderboard. Pairs of which a side rests on a step that
    /// was imported onto a question asked here are left out, unless `imported=include`; `exclude` leaves out all that rest on an imported step, `only`
    /// all others. The interval resamples questions, and question groups whole; the p-value flips the signs of their differences.
    /// </remarks>
    public static Task<IResult> GetAsync(string a, string b, HttpContext http, IQuerySession session, ComputedResponseCache answers)
    {
        var key = RequestedScoreKeys.One(http.Request);
        var filter = ScoreFilters.Of(http.Request);
        var imported = http.Request.Imported(ImportedScope.NotOntoLive);
        string? unknown = null;
        return answers.AnswerAsync(
            http,
            new Computation<ComparisonAnswer>(
                async (snapshot, token) =>
                {
                    var first = await snapshot.LastScoringAsync(session, a, token);
                    var second = await snapshot.LastScoringAsync(session, b, token);
                    unknown = first is null ? a : b;
                    return first is null || second is null ? null : await snapshot.WithStepsAsync(Math.Max(first.Value, second.Value), token);
                },
                async (snapshot, token) =>
                {
                    var rows = await snapshot.ScoresAsync(key, b, filter, kinds: null, [a], imported, pairs: true, token);
                    var unrevealed = await snapshot.UnrevealedAsync(filter, token);
                    var paired = await PairedScores.WithReferenceAsync(snapshot, key, b, [.. rows.Where(r => r.ReferenceScore is not null)], token);
                    return Answer(
                        a,
                        b,
                        key,
                        [
                            .. paired
                                .Where(s => s.Reference is not null)
                                .Select(s => new PairedScore(s.Question, s.Group, s.OnSharedTime ?? s.Score, s.Reference!.Value)),
                        ],
                        unrevealed
                    );
                },
                _ => 500,
                answer => answer,
                null,
                () => Forecasters.Missing(unknown!)
            )
            {
                At = http.Request.PointInTime(),
            }
        );
    }

    private static ComparisonAnswer Answer(
        string a,
        string b,
        ScoreKey key,
        PairedScore[] scores,
        IReadOnlySet<(string Forecaster, string Question)> unrevealed
    )
    {
        var comparison = PairedComparison.Of(scores);
        var kind = BoardKinds.Of(key);
        return new ComparisonAnswer(
            comparison.Questions,
            a,
            b,
            key.Name,
            Spelling.Of(comparison.Status),
            comparison.Reason,
            comparison.Units,
            kind.OverStandingTime() ? "commonTime" : "lifetime",
            kind.HigherIsBetter() ? "higher" : "lower",
            Mean(s => s.ScoreA),
            Mean(s => s.ScoreB),
            comparison.Difference,
            comparison.Interval?.Lower,
            comparison.Interval?.Upper,
            comparison.PValue,
            comparison.PValue is null ? null : Spelling.Of(comparison.Method),
            scores.Count(s => unrevealed.Contains((a, s.Question.Value))),
            scores.Count(s => unrevealed.Contains((b, s.Question.Value)))
        );

        double? Mean(Func<PairedScore, double> score) =>
            scores.Length == 0
                ? null
                : CompensatedSum.Of(scores.OrderBy(s => s.Question.Value, StringComparer.Ordinal).Select(score).ToArray()) / scores.Length;
    }
}
