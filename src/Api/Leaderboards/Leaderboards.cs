using System.Globalization;
using System.Text.Json.Serialization;
using Api.Authorization;
using Api.Comparisons;
using Api.ComputedResponses;
using Api.ContentNegotiation;
using Api.Endpoints;
using Api.Paging;
using Api.Questions;
using Api.Requests;
using Api.Scores;
using Domain;
using Domain.Comparison;
using Domain.Consensus;
using Domain.Leaderboards;
using Domain.People;
using Domain.ReferenceForecasters;
using Domain.Scoring;
using Domain.Statistics;
using Store.Scoring;
using Store.Views;

namespace Api.Leaderboards;

/// <summary>Skill against the board's reference: 1 − mean score/mean reference score on the same questions and time.</summary>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Skill">From −∞ to 1; 0 is as good as the reference.</param>
/// <param name="Lower">The lower end of the 95 % interval; null where there is none.</param>
/// <param name="Upper">The upper end of the 95 % interval; null where there is none.</param>
/// <param name="Questions">How many questions it is made of.</param>
public sealed record SkillAnswer(string Status, string? Reason, double? Skill, double? Lower, double? Upper, int Questions);

/// <summary>The score with the questions' difficulty taken out, on the largest part of the board that hangs together by common questions.</summary>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Component">The part of the board that hangs together.</param>
/// <param name="Score">The adjusted mean; null outside that part.</param>
public sealed record AdjustedAnswer(string Status, int Component, double? Score);

/// <summary>A forecaster's place.</summary>
/// <param name="Rank">From 1.</param>
/// <param name="Forecaster">The forecaster.</param>
/// <param name="Kind">What the forecaster is.</param>
/// <param name="Questions">How many questions it is made of.</param>
/// <param name="Unrevealed">
/// On how many of them a seal has a share that the forecaster has not revealed, and that counts as the uniform forecast. Who reveals what came out well and
/// keeps back the rest has many.
/// </param>
/// <param name="Coverage">The mean share of the questions' open time in which a forecast stood, from 0 to 1.</param>
/// <param name="Mean">The mean score.</param>
/// <param name="Lower">The lower end of the 95 % interval; null where there is none.</param>
/// <param name="Upper">The upper end of the 95 % interval; null where there is none.</param>
/// <param name="Shrunk">The mean, drawn toward that of all by how little is known; the board is ordered by it.</param>
/// <param name="TiedWith">Whose places cannot be told apart from this one.</param>
/// <param name="Imported">Whether a score that counts rests on an imported step.</param>
/// <param name="AfterOutcome">Whether one rests on a step that was recorded here after the outcome was known.</param>
/// <param name="Skill">Against the reference; null where there is none.</param>
/// <param name="Adjusted">With the difficulty of the questions taken out; null where there is none.</param>
public sealed record LeaderboardItem(
    int Rank,
    string Forecaster,
    ForecasterKind Kind,
    int Questions,
    int Unrevealed,
    double Coverage,
    double Mean,
    double? Lower,
    double? Upper,
    double Shrunk,
    IReadOnlyList<string> TiedWith,
    bool Imported,
    bool AfterOutcome,
    SkillAnswer? Skill,
    AdjustedAnswer? Adjusted
);

/// <summary>A page of a board.</summary>
/// <param name="Rule">The score that it goes by.</param>
/// <param name="Status">Whether the data support the numbers: <c>ok</c>, else why they do not, in a word.</param>
/// <param name="Reason">Why there are no numbers, in a sentence; null where there are.</param>
/// <param name="Better">Whether the <c>lower</c> or the <c>higher</c> mean is the better.</param>
/// <param name="Reference">What boards over standing time are measured against; null for boards of points.</param>
/// <param name="ReferenceNote">Why it is not the consensus, where nothing was asked for and no consensus stands.</param>
/// <param name="Forecasters">How many places the whole board has.</param>
/// <param name="Items">The places of the page.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record LeaderboardAnswer(
    string Rule,
    string Status,
    string? Reason,
    string Better,
    string? Reference,
    string? ReferenceNote,
    int Forecasters,
    IReadOnlyList<LeaderboardItem> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next
);

/// <summary>Leaderboards, with how sure they are of each place.</summary>
public static class LeaderboardEndpoints
{
    private static readonly string DefaultReference = ConsensusMethods.Default.Forecaster;

    private static readonly QueryParameter Kind = QueryParameter.Text("kind", "Only forecasters of these kinds, parted by commas.");
    private static readonly QueryParameter MinQuestions = QueryParameter.Whole("minQuestions", 1, 1_000_000, "Leave out who forecast on fewer questions.");

    private static readonly QueryParameter Reference = QueryParameter.Pattern(
        "reference",
        Domain.StreamKeys.ForecasterPattern,
        "Whom to measure against, on the same questions and time.",
        otherwise: DefaultReference
    );

    // What a board is measured against where nobody was there to make a consensus, as on a board of documents.
    private static readonly string[] WithoutConsensus = [ReferenceForecasters.The<BaseRate>().Forecaster, ReferenceForecasters.The<Uniform>().Forecaster];

    public static void MapLeaderboards(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/leaderboard", GetAsync)
            .RequireAuthorization(Policies.Read)
            .Knows([
                RequestedScoreKeys.Rule,
                QuestionFilters.Tag,
                QuestionFilters.Type,
                Kind,
                ScoreFilters.From,
                ScoreFilters.To,
                MinQuestions,
                Reference,
                .. QueryParameters.AsOfAndKnownAt,
                ImportedChoices.Parameter,
                .. PageParameters.All,
            ])
            .WithTags("Leaderboards")
            .Produces<LeaderboardAnswer>()
            .WithMetadata(AlternateMediaTypes.Pictures);

    /// <summary>Show who forecasts best</summary>
    /// <remarks>
    /// Forecasters by what their scores are evidence of. `rule`: by which score (`peer` when none is given; a rule alone, such as `brier`, means its time
    /// average). `tag`, `type`: only such questions; `from`, `to`: only those whose outcome was known in that period. `kind`: only forecasters of these
    /// kinds (`person`, `bot`, `document`, `reference`, `consensus`; more than one with commas). `minQuestions`: only who has so many. `reference`: whom
    /// boards over standing time are measured against, on the same questions and time (when none is given `consensus:median`, and where that stands on
    /// none of the questions `reference:base-rate` if it stands on all of them, else `reference:uniform`: `reference` in the answer says which,
    /// `referenceNote` why); who shares no time with it is not on the board. `asOf`: the board as the outcomes stood in the world's log at that instant,
    /// each question by the outcome that was logged last among those known by then; `knownAt`: by the generations recorded here by then; both instants
    /// are included. Rows that rest on a step imported onto a question that was asked here are left out, and so are the reference's, unless
    /// `imported=include`; on imported questions imported steps count as ever. `imported=exclude` leaves out every row that rests on an imported step,
    /// `only` all others. With `Accept: image/svg+xml` or `image/png` the first places are drawn.
    /// </remarks>
    public static Task<IResult> GetAsync(HttpContext http, ComputedResponseCache answers)
    {
        var request = http.Request;
        var key = RequestedScoreKeys.One(request);
        var filter = ScoreFilters.Of(request);
        var kinds = Kinds(request);
        var (limit, after) = (request.Limit(), request.Cursor());
        var least = request.WholeNumber(MinQuestions) ?? 1;
        var reference = request.Text(Reference);
        if (reference is not null && !Domain.StreamKeys.IsForecaster(reference))
            throw new ParameterException("reference", "'reference' is a forecaster's name.");
        var at = request.PointInTime();
        var imported = request.Imported(ImportedScope.NotOntoLive);
        var cursor = after is null ? default((double Shrunk, string Forecaster)?) : Position(after);
        return answers.AnswerAsync(
            http,
            new Computation<LeaderboardAnswer>(
                async (snapshot, token) => await snapshot.WithStepsAsync(await snapshot.LastChangeAsync(token), token),
                (snapshot, token) => ComputeAsync(snapshot, key, filter, kinds, least, reference, imported, token),
                board => board.Items.Sum(i => 300L + i.TiedWith.Count * 8),
                board => Page(board, limit, cursor),
                board =>
                    BoardPicture.Draw(
                        $"Leaderboard by {key}".Narrowed(
                            filter,
                            at,
                            kinds is null ? null : string.Join(" or ", kinds.Select(k => Spelling.Of(k))),
                            imported.InWords()
                        ),
                        board with
                        {
                            Items = [.. board.Items.Take(limit)],
                        }
                    ),
                () => throw new InvalidOperationException("A board of nobody is still a board.")
            )
            {
                At = at,
            }
        );
    }

    private static async Task<LeaderboardAnswer> ComputeAsync(
        ScoreSnapshot snapshot,
        ScoreKey key,
        ScoreFilter filter,
        IReadOnlyCollection<ForecasterKind>? kinds,
        int least,
        string? wanted,
        ImportedScope imported,
        CancellationToken token
    )
    {
        var kind = BoardKinds.Of(key);
        var (reference, note) = (wanted ?? DefaultReference, default(string));
        var rows = await snapshot.ScoresAsync(key, reference, filter, kinds, forecasters: null, imported, pairs: false, token);
        if (wanted is null && kind.OverStandingTime() && rows.Count > 0 && rows.All(r => r.ReferenceScore is null))
        {
            foreach (var other in WithoutConsensus)
            {
                var beside = await snapshot.ScoresAsync(key, other, filter, kinds, forecasters: null, imported, pairs: false, token);
                if (other == WithoutConsensus[^1] ? beside.All(r => r.ReferenceScore is null) : beside.Any(r => r.ReferenceScore is null))
                    continue;
                (reference, rows, note) = (other, beside, $"No {DefaultReference} stands on these questions; they are compared with {other}.");
                break;
            }
        }

        var kindOf = new Dictionary<string, ForecasterKind>(StringComparer.Ordinal);
        foreach (var row in rows)
            kindOf[row.Forecaster.Value] = row.Kind;
        var marks = await snapshot.MarksAsync(key, kindOf.Keys, filter, imported, token);
        var unrevealed = await snapshot.UnrevealedAsync(filter, token);
        var scores = kind.OverStandingTime()
            ? await PairedScores.WithReferenceAsync(snapshot, key, reference, rows, token)
            : [.. rows.Select(r => new BoardScore(r.Forecaster, r.Question, r.Score, Math.Clamp(r.Coverage, 0, 1), null, r.Group))];
        await snapshot.DisposeAsync();

        var hidden = unrevealed.Count == 0 ? [] : Unrevealed(scores.Where(s => s.Reference is not null || !kind.OverStandingTime()), unrevealed);
        var board = Leaderboard.Rank(scores, kind, new LeaderboardOptions { MinimumQuestions = least });
        var skills = kind == BoardKind.Loss ? Skills(scores) : [];
        var adjusted = kind == BoardKind.Loss ? Adjusted(scores, kindOf) : [];
        var better = kind.HigherIsBetter() ? "higher" : "lower";
        var (status, reason) =
            board.Count > 0 ? (StatisticStatus.Computed, null)
            : rows.Count == 0 ? (StatisticStatus.NoData, "No forecast on a resolved question has this score.")
            : scores.All(s => s.Reference is null) && kind.OverStandingTime()
                ? (StatisticStatus.Incomparable, $"{reference} has no score on these questions to compare with; name another reference.")
            : (StatisticStatus.TooFewQuestions, least == 1 ? "Nobody has a question with this score." : $"Nobody has {least} questions with this score.");
        return new LeaderboardAnswer(
            key.Name,
            Spelling.Of(status),
            reason,
            better,
            kind.OverStandingTime() ? reference : null,
            note,
            board.Count,
            [
                .. board.Select(r => new LeaderboardItem(
                    r.Rank,
                    r.Forecaster,
                    kindOf[r.Forecaster],
                    r.Questions,
                    hidden.GetValueOrDefault(r.Forecaster),
                    r.Coverage,
                    r.Mean,
                    r.Interval?.Lower,
                    r.Interval?.Upper,
                    r.Shrunk,
                    r.TiedWith,
                    marks.GetValueOrDefault(r.Forecaster).Imported,
                    marks.GetValueOrDefault(r.Forecaster).AfterOutcome,
                    skills.GetValueOrDefault(r.Forecaster),
                    adjusted.GetValueOrDefault(r.Forecaster)
                )),
            ],
            null
        );
    }

    /// <summary>On how many of the questions that count for each forecaster a seal has a share that has not been revealed.</summary>
    private static Dictionary<string, int> Unrevealed(IEnumerable<BoardScore> counted, IReadOnlySet<(string Forecaster, string Question)> rows) =>
        counted
            .Where(s => rows.Contains((s.Forecaster.Value, s.Question.Value)))
            .CountBy(s => s.Forecaster.Value, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, SkillAnswer> Skills(IReadOnlyList<BoardScore> scores) =>
        scores
            .Where(s => s.Reference is not null)
            .GroupBy(s => s.Forecaster.Value, StringComparer.Ordinal)
            .AsParallel()
            .Select(g => (g.Key, Skill: SkillScore.Of(g.Select(s => new PairedScore(s.Question, s.Group, s.OnSharedTime ?? s.Score, s.Reference!.Value)))))
            .ToDictionary(
                s => s.Key,
                s => new SkillAnswer(
                    Spelling.Of(s.Skill.Status),
                    s.Skill.Reason,
                    s.Skill.Value?.Skill,
                    s.Skill.Value?.Interval?.Lower,
                    s.Skill.Value?.Interval?.Upper,
                    s.Skill.Value?.Questions ?? 0
                ),
                StringComparer.Ordinal
            );

    // Computed forecasters are on every question: they would tie together what nobody's judgement does.
    private static Dictionary<string, AdjustedAnswer> Adjusted(IReadOnlyList<BoardScore> scores, Dictionary<string, ForecasterKind> kindOf) =>
        DifficultyAdjustment
            .Of(
                scores.Select(s => new AdjustableScore(s.Forecaster, s.Question, s.Score)),
                forecaster => kindOf[forecaster] is not (ForecasterKind.Reference or ForecasterKind.Consensus)
            )
            .Forecasters.ToDictionary(f => f.Forecaster, f => new AdjustedAnswer(Spelling.Of(f.Status), f.Component, f.Adjusted), StringComparer.Ordinal);

    private static LeaderboardAnswer Page(LeaderboardAnswer board, int limit, (double Shrunk, string Forecaster)? after)
    {
        var sign = board.Better == "higher" ? -1 : 1;
        var left = after is not { } last
            ? board.Items
            :
            [
                .. board.Items.SkipWhile(i =>
                    (sign * i.Shrunk).CompareTo(sign * last.Shrunk) is var by
                    && (by < 0 || (by == 0 && string.CompareOrdinal(i.Forecaster, last.Forecaster) <= 0))
                ),
            ];
        var page = Page<LeaderboardItem>.Of(left, limit, i => string.Create(CultureInfo.InvariantCulture, $"{i.Shrunk:R} {i.Forecaster}"));
        return board with { Items = page.Items, Next = page.Next };
    }

    private static (double Shrunk, string Forecaster)? Position(string cursor)
    {
        var parts = cursor.Split(' ', 2);
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var shrunk)
            ? (shrunk, parts[1])
            : throw new ParameterException("cursor", "'cursor' is not one that this service gave out.");
    }

    private static ForecasterKind[]? Kinds(HttpRequest request)
    {
        if (request.Text(Kind) is not { } text)
            return null;
        var kinds = Enum.GetValues<ForecasterKind>().ToDictionary(k => Spelling.Of(k), StringComparer.Ordinal);
        return
        [
            .. text.Split(',')
                .Select(k =>
                    kinds.TryGetValue(k, out var kind)
                        ? kind
                        : throw new ParameterException("kind", $"'kind' is one or more of {string.Join(", ", kinds.Keys)}.")
                ),
        ];
    }
}
