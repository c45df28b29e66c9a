using System.Globalization;
using CsCheck;
using Domain.Distributions;
using Domain.Forecasts;
using Domain.Leaderboards;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Domain.Scoring;
using Domain.Scoring.Rules;
using Domain.Tests.Architecture;

namespace Domain.Tests.Scoring;

/// <summary>What is asked of every scoring rule there is. A rule that is added is asked it without a line here.</summary>
public sealed class ScoringRulesTests
{
    private static readonly DateTimeOffset Opening = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly double[] Levels = [0.1, 0.25, 0.5, 0.75, 0.9];

    private static readonly QuestionRange Range = new(0, 100, OpenLower: false, OpenUpper: false);

    public static TheoryData<string> Rules => [.. ScoringRules.All.Select(r => r.Name)];

    public static TheoryData<string> Keys => [.. ScoreKey.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Nobody_expects_a_better_number_than_who_states_what_they_believe(string name) => HoldsProper(Named(name));

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_number_lies_in_the_range_that_is_stated(string name) => HoldsRange(Named(name));

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_a_rule_gives_is_what_is_reported(string name) => HoldsReported(Named(name), RuleSet.Current);

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_documents_describe_it(string name)
    {
        var rule = Named(name);
        var range = double.IsInfinity(rule.Greatest) ? $"≥ {Digits(rule.Least)}" : $"{Digits(rule.Least)} to {Digits(rule.Greatest)}";
        var better = rule.Orientation == ScoreOrientation.LowerIsBetter ? "lower" : "higher";
        var unit = rule.Unit is null ? "" : $", in {rule.Unit}";

        Assert.Contains($"| `{name}` | {rule.Formula} | {range}, {better}{unit} | {rule.Source} | {rule.Use} |", Document());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_documents_name_every_score_with_which_number_is_better(string name)
    {
        var key = ScoreKey.Named(name)!;
        var better = key.Orientation == ScoreOrientation.LowerIsBetter ? "lower" : "higher";
        var row = Document()
            .FirstOrDefault(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|')[1].Contains($"`{key.Rule}`", StringComparison.Ordinal));

        Assert.NotNull(row);
        Assert.True(row.Contains(better, StringComparison.Ordinal) || row.Contains("the same", StringComparison.Ordinal), row);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_board_ranks_the_better_score_first(string name)
    {
        var key = ScoreKey.Named(name)!;
        var kind = BoardKinds.Of(key);

        var rows = Leaderboard.Rank([Board("less", 0.25), Board("more", 0.75)], kind, new LeaderboardOptions { Draws = 10 });

        Assert.Equal(key.Orientation == ScoreOrientation.HigherIsBetter ? "more" : "less", rows[0].Forecaster);
    }

    [Fact]
    public void Every_type_of_question_has_the_scores_that_apply_to_it_and_no_others()
    {
        foreach (var type in QuestionTypes.All)
        {
            var row = Score(RuleSet.Current, type, Asked(type), type.HasOptions() ? new Prediction.Categorical([0.2, 0.8]) : Stated([1, 2, 3, 4, 5]));
            Assert.Equal(ScoreKey.All.Where(k => k.AppliesTo.Contains(type)).Select(k => k.Name).Order(StringComparer.Ordinal), row.Scores.Keys);
        }
    }

    [Fact]
    public void No_two_scores_have_one_name() => Assert.Equal(ScoreKey.All.Count, ScoreKey.All.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void A_name_that_is_no_score_is_none() => Assert.Null(ScoreKey.Named("brier.sometimes"));

    /// <summary>The expected number of the honest forecast is the best, among forecasts that state the same levels where they are distributions.</summary>
    internal static void HoldsProper(ScoringRule rule)
    {
        var sign = rule.Orientation == ScoreOrientation.LowerIsBetter ? 1 : -1;
        if (rule.Categorical is { } options)
        {
            (
                from k in Gen.Int[2, 6]
                from honest in Gen.Double[0.01, 1].Array[k]
                from other in Gen.Double[0.01, 1].Array[k]
                select (Shares(honest), Shares(other))
            ).Sample(x =>
            {
                var (honest, other) = x;
                double Expected(double[] stated) => honest.Select((p, o) => p * sign * options(stated, o)).Sum();
                Assert.True(Expected(honest) <= Expected(other) + 1e-12);
            });
            return;
        }

        const int Outcomes = 2_000;
        (from honest in Values from other in Values select (Stated(honest), Stated(other))).Sample(
            x =>
            {
                var (honest, other) = x;
                var believed = new StatedDistribution(honest, Range);
                // As likely each as the others, to whoever believes the honest distribution.
                var outcomes = Enumerable.Range(0, Outcomes).Select(i => believed.Quantile((i + 0.5) / Outcomes)).ToArray();
                double Expected(Prediction.Quantiles stated) => outcomes.Average(y => sign * Of(rule, stated, y));
                Assert.True(Expected(honest) <= Expected(other) + 0.05);
            },
            iter: 40
        );
    }

    /// <summary>No number lies beyond the stated range, certain forecasts included.</summary>
    internal static void HoldsRange(ScoringRule rule)
    {
        if (rule.Categorical is { } options)
        {
            (from k in Gen.Int[2, 6] from p in RandomQuestions.Categorical(k, binary: k == 2) from o in Gen.Int[0, k - 1] select (p, o)).Sample(x =>
                Within(options(((Prediction.Categorical)x.p).Probabilities.AsSpan(), x.o))
            );
            return;
        }

        (from stated in RandomQuestions.Quantiles(Range) from y in Gen.Double[0, 100] select (stated, y)).Sample(x =>
        {
            var number = Of(rule, (Prediction.Quantiles)x.stated, x.y);
            if (!double.IsNaN(number))
                Within(number);
        });

        void Within(double number) => Assert.InRange(number, rule.Least - 1e-12, rule.Greatest + 1e-12);
    }

    /// <summary>A row reports what the rule's function gives, also where it is read off another.</summary>
    internal static void HoldsReported(ScoringRule rule, RuleSet rules)
    {
        foreach (var type in rule.AppliesTo)
        {
            if (rule.Categorical is { } options)
            {
                var p = new[] { 0.3, 0.7 };
                Reported(options(p, 1), Score(rules, type, Asked(type), new Prediction.Categorical([.. p])));
            }
            else
            {
                var stated = Stated([10, 20, 35, 60, 80]);
                Reported(Of(rule, stated, 42), Score(rules, type, Asked(type), stated));
            }
        }

        void Reported(double number, ScoreRow row) => Assert.All(rule.Keys, key => Assert.Equal(number, row.Scores[key.Name]!.Value, 1e-12));
    }

    private static Gen<double[]> Values => Gen.Double[0.5, 99.5].Array[Levels.Length].Select(v => v.Order().ToArray());

    private static ScoringRule Named(string name) => ScoringRules.All.Single(r => r.Name == name);

    private static double Of(ScoringRule rule, Prediction.Quantiles stated, double outcome) =>
        rule.Distribution!(new DistributionForecast(new StatedDistribution(stated, Range), stated), outcome);

    private static Prediction.Quantiles Stated(double[] values) => new([.. Levels.Zip(values, (level, value) => new Quantile(level, value))]);

    private static double[] Shares(double[] weights) => [.. weights.Select(w => w / weights.Sum())];

    private static ResolvedQuestion Asked(QuestionType type) =>
        new(
            "q",
            type,
            type.HasOptions() ? 2 : 0,
            type.HasOptions() ? null : Range,
            Opening,
            Opening.AddDays(2),
            Opening.AddDays(2),
            null,
            type.HasOptions() ? new OutcomeValue.Option(1) : new OutcomeValue.Point(42),
            null
        );

    private static ScoreRow Score(RuleSet rules, QuestionType type, ResolvedQuestion question, Prediction prediction)
    {
        Assert.Equal(type, question.Type);
        var timeline = new ForecastTimeline("a", ForecasterKind.Person, [new ForecastStep(Opening, 0, prediction)]);
        return QuestionScoring.Score(rules, new ScoringInput(question, [timeline], [], [])).Single(r => r.Forecaster == "a");
    }

    private static BoardScore Board(string who, double score) => new(new ForecasterName(who), new QuestionSlug("q"), score, 1, Reference: 0.5);

    private static string Digits(double number) => number.ToString("G2", CultureInfo.InvariantCulture);

    private static string[] Document() => File.ReadAllLines(Path.Combine(SourceTree.Root, "docs", "scoring.md"));
}
