using Domain.Scoring;
using Domain.Scoring.Rules;
using Domain.Statistics;

namespace Domain.Tests.Scoring;

/// <summary>A rule is one type: put into a rule set, it is scored like those that are built in. The guide to adding a rule shows this one.</summary>
public sealed class AddedRuleTests
{
    private static readonly ScoringRule Added = ScoringRule.OfOptions<PseudosphericalScore>();

    private static readonly RuleSet Rules = new("with one more", [.. ScoringRules.All, Added]);

    [Fact]
    public void It_is_proper() => ScoringRulesTests.HoldsProper(Added);

    [Fact]
    public void It_lies_in_its_range() => ScoringRulesTests.HoldsRange(Added);

    [Fact]
    public void It_is_reported_beside_the_others() => ScoringRulesTests.HoldsReported(Added, Rules);

    [Fact]
    public void A_rule_set_without_what_a_rule_is_a_multiple_of_is_refused()
    {
        var exception = Assert.Throws<ArgumentException>(() => new RuleSet("broken", [.. ScoringRules.All.Where(r => r.Name != "brierGjp")]));

        Assert.Contains("brierGjp", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The pseudospherical score of order 3: p(o)²/‖p‖₃². Source: Gneiting &amp; Raftery (2007), section 3.</summary>
    private readonly struct PseudosphericalScore : ICategoricalRule
    {
        public static ScoringRule Rule { get; } =
            new()
            {
                Name = "pseudospherical",
                Formula = "(p(o)/‖p‖₃)²",
                Least = 0,
                Greatest = 1,
                Orientation = ScoreOrientation.HigherIsBetter,
                Source = "Gneiting & Raftery 2007",
                Use = "as a rule between `spherical` and picking the favourite",
            };

        public static double Of(ReadOnlySpan<double> p, int outcome) => Square(p[outcome] / Norm(p));

        public static double Of(ReadOnlySpan<double> p, ReadOnlySpan<double> degrees)
        {
            var sum = default(CompensatedSum);
            for (var k = 0; k < p.Length; k++)
                sum.Add(degrees[k] * Square(p[k] / Norm(p)));
            return sum.Value;
        }

        private static double Square(double x) => x * x;

        private static double Norm(ReadOnlySpan<double> p)
        {
            var cubes = default(CompensatedSum);
            foreach (var each in p)
                cubes.Add(each * each * each);
            return Math.Cbrt(cubes.Value);
        }
    }
}
