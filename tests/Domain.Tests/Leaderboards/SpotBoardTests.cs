using Domain.Leaderboards;
using Domain.People;
using Domain.Questions;
using Domain.Scoring;
using Domain.Scoring.Points;

namespace Domain.Tests.Leaderboards;

/// <summary>On boards of spot scores each question counts as covered whole.</summary>
public sealed class SpotBoardTests
{
    [Theory]
    [InlineData("spotPeer")]
    [InlineData("spotBaseline")]
    public void Who_stood_at_the_spot_alone_has_the_place_of_who_stood_throughout(string key)
    {
        var scores = Enumerable
            .Range(0, 10)
            .SelectMany(q => new[] { Score("throughout", q, 8, 1), Score("blinked", q, 8, 0.001), Score("worse", q, -16, 0.5) });

        var rows = Leaderboard.Rank(scores, BoardKinds.Of(ScoreKey.Named(key)!), new LeaderboardOptions { Draws = 100 }).ToDictionary(r => r.Forecaster);

        Assert.Equal(80.0 / 40, rows["throughout"].Shrunk, 12);
        Assert.Equal(rows["throughout"].Shrunk, rows["blinked"].Shrunk);
        Assert.Equal((1, 1, 3), (rows["throughout"].Rank, rows["blinked"].Rank, rows["worse"].Rank));
        Assert.Equal(-160.0 / 40, rows["worse"].Shrunk, 12);
        Assert.Equal(0.001, rows["blinked"].Coverage, 12);
    }

    [Fact]
    public void On_boards_of_scores_over_time_absent_time_is_no_evidence()
    {
        var rows = Leaderboard.Rank(
            Enumerable.Range(0, 10).Select(q => Score("half", q, 8, 0.5)),
            BoardKinds.Of(PointScores.Peer),
            new LeaderboardOptions { Draws = 100 }
        );

        Assert.Equal(80.0 / 35, rows[0].Shrunk, 12);
    }

    private static BoardScore Score(string who, int question, double score, double coverage) =>
        new(new ForecasterName(who), new QuestionSlug($"q{question}"), score, coverage);
}
