using System.Globalization;
using System.Text.RegularExpressions;
using Domain.Consensus;
using Domain.Scoring.Points;
using Domain.Scoring.Rules;
using Domain.Tests.Scoring;
using References = Domain.ReferenceForecasters.ReferenceForecasters;

namespace Domain.Tests.Documentation;

/// <summary>What <c>docs/scoring.md</c> works out is worked out again here, and nothing that is scored is missing from it.</summary>
public sealed partial class ScoringDocumentationTests
{
    public static TheoryData<int> Blocks => [.. Enumerable.Range(1, Examples().Count)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_worked_example_holds(int block) => WorkedExample.Read(Examples()[block - 1]).Hold();

    [Fact]
    public void Every_rule_score_consensus_and_reference_has_a_worked_example()
    {
        var worked = Examples().SelectMany(e => WorkedExample.Read(e).Names).ToHashSet(StringComparer.Ordinal);
        var rules = worked.Where(k => k.Contains('.', StringComparison.Ordinal)).Select(k => k.Split('.')[0]).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(ScoringRules.All.Select(r => r.Name).Except(rules));
        Assert.Empty(ScoringRules.All[0].Keys.Concat(PointScores.All).Select(k => k.Name).Append("coverage").Except(worked));
        Assert.Empty(ConsensusMethods.All.Select(m => m.Forecaster).Except(worked));
        Assert.Empty(References.All.Select(r => r.Forecaster).Except(worked));
    }

    [Fact]
    public void A_wrong_number_would_be_found()
    {
        var right = Examples()[0];

        Assert.ThrowsAny<Exception>(() => WorkedExample.Read(right.Replace("0.106", "0.107", StringComparison.Ordinal)).Hold());
        Assert.ThrowsAny<Exception>(() => WorkedExample.Read($"{right}\nthe moon is full"));
    }

    [Fact]
    public void The_expected_scores_of_honest_and_gaming_strategies_are_those_of_the_table()
    {
        var rows = Strategies().Matches(Text()).ToList();

        Assert.Equal(5, rows.Count);
        foreach (var row in rows)
        {
            var hold = row.Groups["days"].Success ? int.Parse(row.Groups["days"].Value, CultureInfo.InvariantCulture) : 0;
            Assert.Equal(
                double.Parse(row.Groups["expected"].Value, CultureInfo.InvariantCulture),
                EarlyResolutionTests.ExpectedBaselineOfHolding(0.8, hold),
                6
            );
        }
    }

    private static List<string> Examples() => [.. Fenced().Matches(Text()).Select(m => m.Groups["text"].Value)];

    private static string Text()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        return File.ReadAllText(Path.Combine(root.FullName, "docs", "scoring.md")).ReplaceLineEndings("\n");
    }

    [GeneratedRegex("```scoring\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^\| (?:honest throughout|0\.8 for (?<days>\d+) days?) \| (?<expected>-?[\d.]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Strategies();
}
