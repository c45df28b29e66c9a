using System.Text.Json;
using Api.Tests.Importing;
using static Api.Tests.RunningApi;

namespace Api.Tests.ViewingLeaderboards;

/// <summary>Boards of losses over questions on which nobody stands who would make a consensus, as on the built-in catalogue.</summary>
public sealed class BoardsWithoutACrowdTests(BoardsWithoutACrowdTests.Documents api) : IClassFixture<BoardsWithoutACrowdTests.Documents>
{
    /// <summary>The built-in catalogue, with questions beside it on which a document, and on one of them a person, said something.</summary>
    public sealed class Documents : RunningApi
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await this.ImportAsync(
                "questions",
                """
                question,title,type,opens_at,closes_at,tags,range_min,range_max
                d-1,Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,written,,
                d-2,Will it?,binary,2024-03-01T00:00:00Z,2024-04-01T00:00:00Z,written,,
                d-n,How many?,numeric,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,counted,0,100
                d-p,Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,peopled,,

                """
            );
            await this.ImportAsync(
                "forecasts",
                """
                question,forecaster,made_at,probability,value
                d-1,document:brief,2024-01-02T00:00:00Z,0.9,
                d-2,document:brief,2024-03-02T00:00:00Z,0.6,
                d-n,document:brief,2024-01-02T00:00:00Z,0.5,40
                d-p,document:brief,2024-01-02T00:00:00Z,0.6,
                d-p,ann,2024-01-02T00:00:00Z,0.7,

                """
            );
            await this.ImportAsync(
                "outcomes",
                "question,outcome,known_at\nd-1,yes,2024-02-01T00:00:00Z\nd-2,no,2024-04-01T00:00:00Z\nd-n,42,2024-02-01T00:00:00Z\n"
                    + "d-p,yes,2024-02-01T00:00:00Z\n"
            );
            await SettledAsync();
        }
    }

    [Theory]
    [InlineData("rule=brier.final&tag=written", "reference:base-rate")]
    [InlineData("rule=brier&tag=written", "reference:base-rate")]
    public async Task Are_compared_with_a_reference_and_say_so(string query, string reference)
    {
        var board = await api.GetAsync($"/leaderboard?{query}");
        Assert.Equal(("ok", reference), (board.GetProperty("status").GetString(), board.GetProperty("reference").GetString()));
        Assert.Equal($"No consensus:median stands on these questions; they are compared with {reference}.", board.GetProperty("referenceNote").GetString());
        Assert.Contains("document:brief", Names(board));
    }

    [Fact]
    public async Task Compare_nobody_on_questions_that_have_no_reference()
    {
        // There is no reference forecaster for numbers and dates.
        var board = await api.GetAsync("/leaderboard?rule=crps.final&tag=counted");
        Assert.Equal("incomparable", board.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Compare_with_the_consensus_where_one_stands()
    {
        var board = await api.GetAsync("/leaderboard?rule=brier.final&tag=peopled");
        Assert.Equal("consensus:median", board.GetProperty("reference").GetString());
        Assert.False(board.TryGetProperty("referenceNote", out var note) && note.ValueKind != JsonValueKind.Null);
    }

    [Theory]
    [InlineData("brier.final")]
    [InlineData("brier.timeAveraged")]
    [InlineData("log.final")]
    [InlineData("spherical.final")]
    public async Task Say_something_of_the_built_in_brief(string rule)
    {
        // Before 2020 there is the catalogue alone.
        var board = await api.GetAsync($"/leaderboard?rule={rule}&to=2023-01-01T00:00:00Z&limit=100");
        Assert.Equal("ok", board.GetProperty("status").GetString());
        Assert.StartsWith("reference:", board.GetProperty("reference").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("No consensus:median stands", board.GetProperty("referenceNote").GetString(), StringComparison.Ordinal);
        Assert.Contains("kinu-co-17-04", Names(board));
        Assert.Contains("reference:uniform", Names(board));
    }

    private static IEnumerable<string?> Names(JsonElement board) =>
        board.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("forecaster").GetString());
}
