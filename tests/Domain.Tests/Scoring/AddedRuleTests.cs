using Domain.Scoring;
using Domain.Scoring.Rules;
using Domain.Tests.Documentation;

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

    [Fact]
    public void The_guide_shows_the_rule_that_is_tested_here() => Guides.IsTrue("adding-a-scoring-rule.md", "Scoring/PseudosphericalScore.cs");
}
