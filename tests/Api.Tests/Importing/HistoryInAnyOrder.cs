using System.Globalization;
using System.Text;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.TrackRecords;

namespace Api.Tests.Importing;

/// <summary>
/// A small history in which questions rest on each other: the same people on all of them, two tags, outcomes that are corrected, annulled and taken back. It
/// can come in in many orders, and its scores can be worked out from what it says in the end.
/// </summary>
internal sealed class HistoryInAnyOrder
{
    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Options = ["red", "green", "blue"];

    private readonly string _prefix;

    private HistoryInAnyOrder(string prefix, List<Asked> questions) => (_prefix, Questions) = (prefix, questions);

    public List<Asked> Questions { get; }

    /// <summary>A question of the history.</summary>
    public sealed record Asked(
        string Slug,
        QuestionType Type,
        string Tag,
        DateTimeOffset Opens,
        DateTimeOffset Closes,
        List<Said> Forecasts,
        List<Claimed> Log
    );

    /// <summary>A forecast of the history.</summary>
    public sealed record Said(string Who, DateTimeOffset At, double[] Probabilities);

    /// <summary>An outcome of the history.</summary>
    public sealed record Claimed(string Outcome, DateTimeOffset KnownAt);

    /// <summary>The history of a seed; whatever the prefix is, it says the same under other names.</summary>
    public static HistoryInAnyOrder Of(int seed, string prefix)
    {
        var random = new Random(seed);
        var questions = new List<Asked>();
        for (var q = 0; q < 7; q++)
        {
            var type =
                q == 5 ? QuestionType.Numeric
                : q == 6 ? QuestionType.MultipleChoice
                : QuestionType.Binary;
            var opens = Start.AddDays(random.Next(0, 12));
            var closes = opens.AddDays(random.Next(8, 25));
            var forecasts = new List<Said>();
            for (var f = 0; f < 4; f++)
            {
                if (random.Next(5) == 0)
                    continue;
                for (var n = random.Next(1, 4); n > 0; n--)
                    forecasts.Add(new Said($"{prefix}f{f}", opens.AddMinutes(random.Next(0, (int)(closes - opens).TotalMinutes)), Probabilities(random, type)));
            }

            questions.Add(
                new Asked(
                    $"{prefix}q{q}",
                    type,
                    $"{prefix}t{random.Next(2)}",
                    opens,
                    closes,
                    [.. forecasts.DistinctBy(s => (s.Who, s.At))],
                    Log(random, type, opens)
                )
            );
        }

        return new HistoryInAnyOrder(prefix, questions);
    }

    /// <summary>
    /// The files in which it comes in: each holds rows of one kind, a question before what is about it and the claims about it in their order; some come twice.
    /// </summary>
    public IEnumerable<(string Kind, string File)> Files(Random order)
    {
        var queues = new List<Queue<(string Kind, string Row)>>();
        foreach (var q in Questions)
        {
            // What is about one question in an order of its own: the claims in theirs, the forecasts anywhere among them.
            var later = q.Log.Select(c => ("outcomes", $"{q.Slug},{c.Outcome},{Text(c.KnownAt)},log")).ToList();
            foreach (var said in q.Forecasts.OrderBy(_ => order.Next()))
                later.Insert(order.Next(later.Count + 1), ("forecasts", string.Join('\n', Rows(q, said))));
            queues.Add(new Queue<(string, string)>(later.Prepend(("questions", Row(q)))));
        }

        var (kind, rows) = ("", new List<string>());
        while (queues.Count > 0)
        {
            // Rather more of the kind that the file holds already, so that files have some rows.
            var fitting = queues.Where(q => q.Peek().Kind == kind).ToList();
            var from = fitting.Count > 0 && order.Next(4) > 0 ? fitting[order.Next(fitting.Count)] : queues[order.Next(queues.Count)];
            var (next, row) = from.Dequeue();
            if (from.Count == 0)
                queues.Remove(from);
            if (next != kind && rows.Count > 0)
            {
                yield return (kind, Header(kind) + string.Join('\n', rows) + "\n");
                if (order.Next(4) == 0)
                    yield return (kind, Header(kind) + string.Join('\n', rows) + "\n");
                rows.Clear();
            }

            kind = next;
            rows.Add(row);
        }

        yield return (kind, Header(kind) + string.Join('\n', rows) + "\n");
    }

    /// <summary>The scores that follow from the whole of it: of each question with an outcome its rows, the others taken as they are in the end.</summary>
    public Dictionary<string, IReadOnlyList<ScoreRow>> Scores()
    {
        var settled = Questions.Where(q => q.Log.Count > 0 && !OutcomeText.IsReserved(q.Log[^1].Outcome)).ToList();
        var alone = settled.ToDictionary(q => q.Slug, q => QuestionScoring.Score(RuleSet.Current, new ScoringInput(Scored(q), Timelines(q), [], [])));
        return settled.ToDictionary(
            q => q.Slug,
            q =>
            {
                var end = q.Log[^1].KnownAt < q.Closes ? q.Log[^1].KnownAt : q.Closes;
                var earlier = settled.Where(o => o != q && o.Log[^1].KnownAt < end).ToList();
                return QuestionScoring.Score(
                    RuleSet.Current,
                    new ScoringInput(
                        Scored(q),
                        Timelines(q),
                        [
                            .. earlier
                                .Where(o => o.Tag == q.Tag && o.Type != QuestionType.Numeric)
                                .Select(o => new EarlierOutcome(o.Log[^1].KnownAt, Array.IndexOf(Names(o.Type), o.Log[^1].Outcome), Names(o.Type).Length)),
                        ],
                        [
                            .. earlier.SelectMany(o =>
                                alone[o.Slug]
                                    .Where(r => r.Kind == ForecasterKind.Person && r.Scores["peer"] is not null)
                                    .Select(r => new EarlierScore(r.Forecaster, o.Log[^1].KnownAt, r.Scores["peer"]!.Value, r.Coverage))
                            ),
                        ]
                    )
                );
            }
        );
    }

    private static double[] Probabilities(Random random, QuestionType type)
    {
        if (type == QuestionType.Numeric)
            return [20 + random.Next(20), 45 + random.Next(40)];
        if (type == QuestionType.Binary)
            return [random.Next(1, 100) / 100.0];
        var (a, b) = (random.Next(1, 50), random.Next(1, 50));
        return [a / 100.0, b / 100.0, (100 - a - b) / 100.0];
    }

    private static List<Claimed> Log(Random random, QuestionType type, DateTimeOffset opens)
    {
        string Outcome() =>
            type == QuestionType.Numeric ? random.Next(0, 101).ToString(CultureInfo.InvariantCulture) : Names(type)[random.Next(Names(type).Length)];
        var at = opens.AddHours(random.Next(24, 500));
        var log = new List<Claimed>();
        if (random.Next(8) > 0)
            log.Add(new Claimed(Outcome(), at));
        while (log.Count > 0 && random.Next(2) == 0)
        {
            var before = log[^1].Outcome;
            // A correction may name an earlier instant than what it corrects.
            at = random.Next(3) == 0 ? opens.AddHours(random.Next(24, 500)) : at.AddHours(random.Next(1, 200));
            var next = random.Next(4) switch
            {
                0 when before != OutcomeText.Unresolved => OutcomeText.Unresolved,
                1 when before != OutcomeText.Annulled => OutcomeText.Annulled,
                _ => Outcome(),
            };
            if (log.All(c => c.KnownAt < at) || next != OutcomeText.Unresolved)
                log.Add(new Claimed(next, at));
        }

        return [.. log.DistinctBy(c => (c.Outcome, c.KnownAt))];
    }

    private static string[] Names(QuestionType type) =>
        type == QuestionType.Binary ? ["yes", "no"]
        : type == QuestionType.MultipleChoice ? Options
        : [];

    private static ResolvedQuestion Scored(Asked q) =>
        new(
            q.Slug,
            q.Type,
            Names(q.Type).Length,
            q.Type == QuestionType.Numeric ? new QuestionRange(0, 100, false, false) : null,
            q.Opens,
            q.Closes,
            q.Log[^1].KnownAt,
            null,
            q.Type == QuestionType.Numeric
                ? new OutcomeValue.Point(double.Parse(q.Log[^1].Outcome, CultureInfo.InvariantCulture))
                : new OutcomeValue.Option(Names(q.Type).IndexOf(q.Log[^1].Outcome)),
            null
        );

    private static List<ForecastTimeline> Timelines(Asked q) =>
        [
            .. q
                .Forecasts.GroupBy(s => s.Who, StringComparer.Ordinal)
                .Select(g => new ForecastTimeline(
                    g.Key,
                    ForecasterKind.Person,
                    [
                        .. g.Select(
                            (s, i) =>
                                new ForecastStep(
                                    s.At,
                                    i,
                                    new Statement(
                                        Probability: q.Type == QuestionType.Binary ? s.Probabilities[0] : null,
                                        Probabilities: q.Type == QuestionType.MultipleChoice ? s.Probabilities : null,
                                        Quantiles: q.Type == QuestionType.Numeric
                                            ? [new Quantile(0.25, s.Probabilities[0]), new Quantile(0.75, s.Probabilities[1])]
                                            : null
                                    ).ToPrediction()
                                )
                        ),
                    ]
                )),
        ];

    private static string Header(string kind) =>
        kind switch
        {
            "questions" => "question,title,type,opens_at,closes_at,options,range_min,range_max,tags\n",
            "forecasts" => "question,forecaster,made_at,probability,option,value\n",
            _ => "question,outcome,known_at,source\n",
        };

    private static string Row(Asked q) =>
        $"{q.Slug},Will it?,{(q.Type == QuestionType.MultipleChoice ? "multipleChoice" : q.Type == QuestionType.Numeric ? "numeric" : "binary")},"
        + $"{Text(q.Opens)},{Text(q.Closes)},{(q.Type == QuestionType.MultipleChoice ? string.Join('|', Options) : "")},"
        + $"{(q.Type == QuestionType.Numeric ? "0,100" : ",")},{q.Tag}";

    private static IEnumerable<string> Rows(Asked q, Said s)
    {
        var start = $"{q.Slug},{s.Who},{Text(s.At)}";
        return q.Type switch
        {
            QuestionType.Numeric => [$"{start},0.25,,{Number(s.Probabilities[0])}", $"{start},0.75,,{Number(s.Probabilities[1])}"],
            QuestionType.MultipleChoice => Options.Select((o, i) => $"{start},{Number(s.Probabilities[i])},{o},"),
            _ => [$"{start},{Number(s.Probabilities[0])},,"],
        };
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public string Plain(string text) => new StringBuilder(text).Replace(_prefix, "").ToString();
}

file static class Lists
{
    public static int IndexOf(this IReadOnlyList<string> list, string value) => list.Select((v, i) => (v, i)).First(x => x.v == value).i;
}
