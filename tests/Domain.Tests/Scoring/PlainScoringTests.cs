using CsCheck;
using Domain.Scoring;
using Domain.Tests.Scoring.Plain;

namespace Domain.Tests.Scoring;

/// <summary>Random questions of all five types, scored by the product and by the plain rendering of the rules.</summary>
public sealed class PlainScoringTests
{
    [Fact]
    public void Questions_with_options_are_scored_as_the_rules_say() => RandomQuestions.OfOptions().Sample(AgreeWithThePlainOnes, iter: 400);

    [Fact]
    public void Numeric_and_date_questions_are_scored_as_the_rules_say() => RandomQuestions.OfDistributions().Sample(AgreeWithThePlainOnes, iter: 150);

    /// <summary>
    /// To 10⁻¹² of the value, or of what a score is measured in where it is smaller: 1 for the rules, 100 for baseline and peer, the range for
    /// scores in its unit. A range far from 0, as a year's days since 1970 are, leaves a place in it fewer digits, in that proportion.
    /// </summary>
    private static void AgreeWithThePlainOnes(ScoringInput input)
    {
        var plain = PlainScoring.Score(input);
        var digits = input.Question.Range is { } range ? 1 + (Math.Abs(range.Min) / (range.Max - range.Min)) : 1;
        var rows = QuestionScoring.Score(RuleSet.Current, input).Where(r => PlainScoring.Defines(r.Forecaster)).ToList();

        var sides = new Lazy<SortedDictionary<string, PlainRow>[]>(() =>
            [PlainScoring.Score(input, JumpSide.LeastLoss), PlainScoring.Score(input, JumpSide.MostLoss)]
        );

        Assert.Equal(plain.Keys, rows.Select(r => r.Forecaster));
        foreach (var row in rows)
        {
            var expected = plain[row.Forecaster];
            Near(expected.Coverage, row.Coverage, 1, $"{row.Forecaster} coverage");
            Assert.Equal(expected.Scores.Keys.Order(StringComparer.Ordinal), row.Scores.Keys);
            foreach (var (key, value) in row.Scores)
            {
                var of = $"{row.Forecaster} {key}";
                Assert.True(value.HasValue == expected.Scores[key].HasValue, $"{of}: expected {expected.Scores[key]}, is {value}");
                Assert.True(value.HasValue || row.Notes[key].Length > 0, $"{of} is undefined without a reason.");
                var unit = key.Split('.')[0] switch
                {
                    "crps" or "pinball" => input.Question.Range!.Max - input.Question.Range.Min,
                    "baseline" or "peer" or "spotBaseline" or "spotPeer" => 100,
                    _ => 1,
                };
                if (value is not { } got)
                    continue;
                if (key.StartsWith("pinball", StringComparison.Ordinal) && row.Forecaster.StartsWith("consensus:", StringComparison.Ordinal))
                    got = OnASideOfAJump(got, expected.Scores[key]!.Value, unit * digits, () => sides.Value.Select(s => s[row.Forecaster].Scores[key]!.Value));
                Near(expected.Scores[key]!.Value, got, unit * digits, of);
            }
        }
    }

    /// <summary>
    /// What was expected, where the score lies between the least and the most that quantiles read just beside their levels lose; else the score.
    /// </summary>
    private static double OnASideOfAJump(double got, double expected, double unit, Func<IEnumerable<double>> sides)
    {
        if (IsNear(expected, got, unit))
            return got;
        var (least, most) = (sides().Append(expected).Min(), sides().Append(expected).Max());
        return (got >= least || IsNear(least, got, unit)) && (got <= most || IsNear(most, got, unit)) ? expected : got;
    }

    private static bool IsNear(double expected, double got, double unit) => Math.Abs(got - expected) <= 1e-12 * Math.Max(unit, Math.Abs(expected));

    private static void Near(double expected, double got, double unit, string of) =>
        Assert.True(IsNear(expected, got, unit), $"{of}: expected {expected:R}, is {got:R}");
}
