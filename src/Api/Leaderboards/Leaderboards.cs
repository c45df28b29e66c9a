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
/// <param name="TiedWith">Whose places cannot be told apart from this one, the best first.</param>
/// <param name="Place">The place in the board's order, from 1, each once; the rank but where ranks are shared.</param>
/// <param name="Tied">How many places cannot be told apart from this one.</param>
/// <param name="TiedPlaces">Which places these are, rising.</param>
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
    AdjustedAnswer? Adjusted,
    int Place,
    int Tied,
    IReadOnlyList<PlaceRange> TiedPlaces
)
{
    /// <summary>Whether a place cannot be told apart from this one.</summary>
    public bool IsTiedWith(int place) => TiedPlaces.Any(t => t.From <= place && place <= t.To);
}

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
    /// `only` all others. `tiedWith` names those whose places cannot be told apart, `tied` counts them, `tiedPlaces` are their places. With
    /// `Accept: image/svg+xml` or `image/png` the first places are drawn.
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
                board => board.Items.Sum(i => 400L + i.TiedPlaces.Count * 8),
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
        var rows = await snapshot.BoardAsync(key, filter, kinds, imported, token);
        var beside = kind.OverStandingTime() ? await snapshot.BoardReferenceAsync(key, reference, filter, imported, token) : null;
        if (wanted is null && beside is not null && rows.Forecasters.Count > 0 && !Scored(rows, beside).Any(s => s))
        {
            foreach (var other in WithoutConsensus)
            {
                var instead = await snapshot.BoardReferenceAsync(key, other, filter, imported, token);
                if (other == WithoutConsensus[^1] ? !Scored(rows, instead).Any(s => s) : Scored(rows, instead).Any(s => !s))
                    continue;
                (reference, beside, note) = (other, instead, $"No {DefaultReference} stands on these questions; they are compared with {other}.");
                break;
            }
        }

        var kindOf = new Dictionary<string, ForecasterKind>(StringComparer.Ordinal);
        foreach (var row in rows.Forecasters)
            kindOf[row.Forecaster] = row.Kind;
        var marks = await snapshot.MarksAsync(key, kindOf.Keys, filter, imported, token);
        var unrevealed = await snapshot.UnrevealedAsync(filter, token);
        var scores = await PairedScores.TableAsync(snapshot, key, reference, rows, beside, token);
        await snapshot.DisposeAsync();

        var hidden = unrevealed.Count == 0 ? [] : Unrevealed(scores, unrevealed);
        var board = Leaderboard.Rank(scores, kind, new LeaderboardOptions { MinimumQuestions = least });
        var skills = kind == BoardKind.Loss ? Skills(scores) : [];
        var adjusted = kind == BoardKind.Loss ? Adjusted(scores, kindOf) : [];
        var better = kind.HigherIsBetter() ? "higher" : "lower";
        var (status, reason) =
            board.Count > 0 ? (StatisticStatus.Computed, null)
            : rows.Forecasters.Count == 0 ? (StatisticStatus.NoData, "No forecast on a resolved question has this score.")
            : kind.OverStandingTime() && scores.Columns.All(c => c.References!.All(double.IsNaN))
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
                .. board.Select(
                    (r, i) =>
                        new LeaderboardItem(
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
                            [],
                            marks.GetValueOrDefault(r.Forecaster).Imported,
                            marks.GetValueOrDefault(r.Forecaster).AfterOutcome,
                            skills.GetValueOrDefault(r.Forecaster),
                            adjusted.GetValueOrDefault(r.Forecaster),
                            i + 1,
                            r.Ties.Sum(t => t.Count),
                            r.Ties
                        )
                ),
            ],
            null
        );
    }

    // On how many of the questions that count for each forecaster a seal has a share that has not been revealed.
    private static Dictionary<string, int> Unrevealed(BoardTable scores, IReadOnlySet<(string Forecaster, string Question)> rows)
    {
        var whose = rows.Select(r => r.Forecaster).ToHashSet(StringComparer.Ordinal);
        return scores
            .Columns.Where(c => whose.Contains(c.Forecaster))
            .ToDictionary(
                c => c.Forecaster,
                c => c.Questions.Where((q, i) => c.Counts(i) && rows.Contains((c.Forecaster, scores.Questions[q]))).Count(),
                StringComparer.Ordinal
            );
    }

    // For each score of the board whether the reference has one beside it.
    private static IEnumerable<bool> Scored(BoardRows rows, ReferenceRows reference) =>
        rows.Forecasters.SelectMany(f => f.Questions.Select(q => reference.ScoreOn(q) is not null));

    private static Dictionary<string, SkillAnswer> Skills(BoardTable scores) =>
        BoardSkills
            .Of(scores)
            .ToDictionary(
                s => s.Key,
                s => new SkillAnswer(
                    Spelling.Of(s.Value.Status),
                    s.Value.Reason,
                    s.Value.Value?.Skill,
                    s.Value.Value?.Interval?.Lower,
                    s.Value.Value?.Interval?.Upper,
                    s.Value.Value?.Questions ?? 0
                ),
                StringComparer.Ordinal
            );

    // Computed forecasters are on every question: they would tie together what nobody's judgement does.
    private static Dictionary<string, AdjustedAnswer> Adjusted(BoardTable scores, Dictionary<string, ForecasterKind> kindOf) =>
        DifficultyAdjustment
            .Of(scores, forecaster => kindOf[forecaster] is not (ForecasterKind.Reference or ForecasterKind.Consensus))
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
        return board with { Items = [.. page.Items.Select(i => Named(board, i))], Next = page.Next };
    }

    // Names are looked up for the page that is shown, and not kept: on a board of thousands, hundreds are tied with each.
    private static LeaderboardItem Named(LeaderboardAnswer board, LeaderboardItem item) =>
        item with
        {
            TiedWith = [.. item.TiedPlaces.SelectMany(t => Enumerable.Range(t.From, t.Count)).Select(place => board.Items[place - 1].Forecaster)],
        };

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
