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
                m-0,Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,many,,
                m-1,Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,many,,
                m-2,Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,many,,

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
                    + string.Concat(
                        from question in Enumerable.Range(0, 3)
                        from who in Enumerable.Range(0, 60)
                        select $"m-{question},one-of-{who:00},2024-01-{1 + (who % 28):00}T00:00:00Z,0.{10 + who},\n"
                    )
            );
            await this.ImportAsync(
                "outcomes",
                "question,outcome,known_at\nd-1,yes,2024-02-01T00:00:00Z\nd-2,no,2024-04-01T00:00:00Z\nd-n,42,2024-02-01T00:00:00Z\n"
                    + "d-p,yes,2024-02-01T00:00:00Z\nm-0,yes,2024-02-01T00:00:00Z\nm-1,no,2024-02-01T00:00:00Z\nm-2,yes,2024-02-01T00:00:00Z\n"
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

    [Fact]
    public async Task Name_count_and_place_all_that_are_tied_with_each_on_whatever_page()
    {
        var board = await api.GetAsync("/leaderboard?tag=many&limit=500");
        var (names, items) = (Names(board).ToList(), board.GetProperty("items").EnumerateArray().ToList());
        Assert.True(items.Count > 60);
        foreach (var (i, item) in items.Index())
        {
            var tied = Places(item).ToList();
            Assert.Equal(i + 1, item.GetProperty("place").GetInt32());
            Assert.Equal(tied.Count, item.GetProperty("tied").GetInt32());
            Assert.Equal(tied.Select(place => names[place - 1]), Tied(item));
            Assert.DoesNotContain(i + 1, tied);
            Assert.All(tied, place => Assert.Contains(i + 1, Places(items[place - 1])));
        }

        Assert.Contains(items, i => i.GetProperty("tied").GetInt32() > 10);
        var first = await api.GetAsync("/leaderboard?tag=many&limit=20");
        var next = await api.GetAsync($"/leaderboard?tag=many&limit=20&cursor={Uri.EscapeDataString(first.GetProperty("next").GetString()!)}");
        Assert.Equal(items.Skip(20).Take(20).Select(i => i.GetRawText()), next.GetProperty("items").EnumerateArray().Select(i => i.GetRawText()));
    }

    private static IEnumerable<string?> Tied(JsonElement item) => item.GetProperty("tiedWith").EnumerateArray().Select(t => t.GetString());

    private static IEnumerable<int> Places(JsonElement item) =>
        item.GetProperty("tiedPlaces")
            .EnumerateArray()
            .SelectMany(t => Enumerable.Range(t.GetProperty("from").GetInt32(), t.GetProperty("to").GetInt32() - t.GetProperty("from").GetInt32() + 1));

    private static IEnumerable<string?> Names(JsonElement board) =>
        board.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("forecaster").GetString());
}
