using System.Text.Json;
using CsCheck;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Generations;
using Domain.TrackRecords;
using Store.Scoring;

namespace Store.Tests.Scoring;

/// <summary>Track records put together from the records of questions.</summary>
public class TrackRecordsTests
{
    private static readonly DateTimeOffset Opening = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ResolvedQuestion Question = new(
        "q",
        QuestionType.Binary,
        2,
        null,
        Opening,
        Opening.AddDays(20),
        Opening.AddDays(15),
        null,
        new OutcomeValue.Option(0),
        null
    );

    private static readonly IReadOnlyList<ForecastTimeline> Forecasts =
    [
        .. Enumerable
            .Range(0, 4)
            .Select(f => new ForecastTimeline(
                $"f{f}",
                ForecasterKind.Person,
                [
                    .. Enumerable
                        .Range(0, 5)
                        .Select(i => new ForecastStep(
                            Opening.AddDays((i * 3) + (f * 0.3)),
                            (i * 4) + f,
                            Prediction.Categorical.Binary((1 + f + (3 * i)) / 18.0)
                        )),
                ]
            )),
    ];

    private static readonly Gen<(int Who, int Day, double Peer, double Coverage)[]> Records = (
        from who in Gen.Int[0, 3]
        from day in Gen.Int[-30, 18]
        from peer in Gen.Double[-1000, 1000]
        from coverage in Gen.Double[0, 1]
        select (who, day, peer, coverage)
    ).Array[0, 60];

    [Fact]
    public void What_is_put_together_gives_the_bits_that_one_by_one_give() =>
        Records.Sample(records =>
        {
            var gathered = new TrackRecords();
            foreach (var (who, day, peer, coverage) in records)
                gathered.AddScore($"f{who}", Opening.AddDays(day), peer, coverage);

            var oneByOne = new ScoringInput(
                Question,
                Forecasts,
                [],
                [.. records.Select(r => new EarlierScore($"f{r.Who}", Opening.AddDays(r.Day), r.Peer, r.Coverage))]
            );

            Assert.Equal(Rows(oneByOne), Rows(gathered.InputOf(Question, [], Forecasts)));
        });

    [Fact]
    public void Neither_the_order_of_records_nor_questions_in_between_change_a_bit() =>
        Records.Sample(records =>
        {
            var (gathered, shuffled) = (new TrackRecords(), new TrackRecords());
            foreach (var (who, day, peer, coverage) in records)
                gathered.AddScore($"f{who}", Opening.AddDays(day), peer, coverage);
            new Random(records.Length).Shuffle(records);
            foreach (var (who, day, peer, coverage) in records)
            {
                shuffled.AddScore($"f{who}", Opening.AddDays(day), peer, coverage);
                shuffled.ScoresOf(Forecasts, Opening.AddDays(day), Opening.AddDays(day + 1));
            }

            Assert.Equal(Rows(gathered.InputOf(Question, [], Forecasts)), Rows(shuffled.InputOf(Question, [], Forecasts)));
        });

    [Fact]
    public void What_is_replaced_by_a_later_generation_leaves_no_trace() =>
        Gen.Select(Records, Records)
            .Sample(
                (kept, replaced) =>
                {
                    var (plain, changed) = (new TrackRecords(), new TrackRecords());
                    foreach (var (who, day, peer, coverage) in kept)
                        plain.Add(Generation(who, day, peer, coverage), ["yes", "no"], ["tag", "other"]);
                    var (left, right) = (kept.AsEnumerable().Reverse().GetEnumerator(), replaced.AsEnumerable().GetEnumerator());
                    for (
                        var (more, others) = (left.MoveNext(), right.MoveNext());
                        more || others;
                        more = more && left.MoveNext(), others = others && right.MoveNext()
                    )
                    {
                        if (others)
                            changed.Add(
                                Generation(right.Current.Who, right.Current.Day, right.Current.Peer, right.Current.Coverage),
                                ["yes", "no"],
                                ["tag", "other"]
                            );
                        if (more)
                            changed.Add(
                                Generation(left.Current.Who, left.Current.Day, left.Current.Peer, left.Current.Coverage),
                                ["yes", "no"],
                                ["tag", "other"]
                            );
                        changed.InputOf(Question, ["tag"], Forecasts);
                    }

                    foreach (var (who, day, peer, coverage) in replaced)
                    {
                        changed.Remove(Generation(who, day, peer, coverage), ["yes", "no"], ["tag", "other"]);
                        changed.InputOf(Question, ["tag"], Forecasts);
                    }

                    Assert.Equal(Rows(plain.InputOf(Question, ["tag"], Forecasts)), Rows(changed.InputOf(Question, ["tag"], Forecasts)));
                }
            );

    [Fact]
    public void Only_what_was_known_before_the_window_ended_counts()
    {
        var records = new TrackRecords();
        records.AddScore("f0", Opening.AddDays(15), 1, 1);
        records.AddScore("f1", Opening.AddDays(15).AddTicks(-1), 2, 1);
        records.AddOutcome("tag", 2, 0, Opening.AddDays(15));
        records.AddOutcome("tag", 2, 1, Opening.AddDays(-15));
        records.AddOutcome("tag", 3, 1, Opening.AddDays(-15));
        records.AddOutcome("other", 2, 1, Opening.AddDays(-15));

        var input = records.InputOf(Question, ["tag", "other"], Forecasts);

        Assert.Equal("f1", Assert.Single(input.EarlierScores).Forecaster);
        Assert.Equal(new EarlierOutcome(Opening.AddTicks(-1), 1, 2), Assert.Single(input.EarlierOutcomes));
    }

    private static string Rows(ScoringInput input) => JsonSerializer.Serialize(QuestionScoring.Score(RuleSet.Current, input));

    private static QuestionScored Generation(int who, int day, double peer, double coverage) =>
        new(
            "earlier",
            1,
            "1",
            GenerationTrigger.Resolution,
            1,
            1,
            day % 2 == 0 ? "yes" : "no",
            Opening.AddDays(day),
            [new ScoreRow($"f{who}", ForecasterKind.Person, coverage, 0, new Dictionary<string, double?> { ["peer"] = peer }, new Dictionary<string, string>())]
        );
}
