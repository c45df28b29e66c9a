using System.Text.RegularExpressions;
using Domain.Scoring;
using Store.Views;

namespace Store.Tests.Scoring;

/// <summary>Every score that a rule gives has a column of its own in the views.</summary>
public sealed partial class ScoreColumnsTests
{
    public static TheoryData<string> Keys => [.. ScoreKey.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_score_has_a_column_that_PostgreSQL_takes_as_it_is(string name) => Assert.Matches(ColumnName(), ScoreColumns.Of(ScoreKey.Named(name)!));

    [Fact]
    public void No_two_scores_share_a_column() =>
        Assert.Equal(ScoreKey.All.Count, ScoreKey.All.Select(ScoreColumns.Of).Distinct(StringComparer.Ordinal).Count());

    [Theory]
    [InlineData("brier.timeAveraged", "brier_time_averaged")]
    [InlineData("spotPeer", "spot_peer")]
    public void A_column_is_the_name_in_snake_case(string name, string column) => Assert.Equal(column, ScoreColumns.Of(ScoreKey.Named(name)!));

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex ColumnName();
}
