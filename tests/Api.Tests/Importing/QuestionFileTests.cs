using System.Text;

namespace Api.Tests.Importing;

/// <summary>What a file of questions may say, and in which order.</summary>
public sealed class QuestionFileTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private static readonly string[] Columns =
    [
        "question",
        "title",
        "type",
        "opens_at",
        "closes_at",
        "resolves_by",
        "options",
        "range_min",
        "range_max",
        "range_open",
        "spot_at",
        "source_document",
        "source_locator",
        "condition_question",
        "condition_outcome",
        "status_quo",
        "status",
        "clarifications",
        "evidence",
        "stopped_at",
        "tags",
        "event_id",
        "recorded_at",
        "imported",
    ];

    private static readonly string Header = string.Join(',', Columns) + "\n";

    private static string Row(string slug, params (string Column, string Value)[] cells)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["question"] = slug,
            ["title"] = $"About {slug}",
            ["type"] = "binary",
            ["opens_at"] = "2020-01-01T00:00:00Z",
            ["closes_at"] = "2020-01-11T00:00:00Z",
        };
        foreach (var (column, value) in cells)
            all[column] = value;
        return string.Join(',', Columns.Select(c => all.TryGetValue(c, out var v) ? $"\"{v.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : "")) + "\n";
    }

    private static (string, string)[] On(string question, string outcome = "yes") => [("condition_question", question), ("condition_outcome", outcome)];

    [Fact]
    public async Task A_question_may_stand_before_what_it_depends_on_also_in_a_chain_and_batches_apart()
    {
        var file = new StringBuilder(Header).Append(Row("dep-1", On("dep-2", "no"))).Append(Row("dep-2", On("dep-3"))).Append(Row("dep-3", On("dep-base")));
        for (var i = 0; i < 4_500; i++)
            file.Append(Row($"dep-fill-{i}"));
        file.Append(Row("dep-base")).Append(Row("dep-4", On("dep-1")));
        var import = await api.ImportAsync("questions", file.ToString());

        Assert.Equal((4_505, 4_505, 0, 0), import.Counts());
        Assert.Equal("dep-2", (await api.GetAsync("/questions/dep-1")).GetProperty("condition").GetProperty("question").GetString());
        Assert.Equal((4_505, 4_505, 0, 4_505), (await api.ImportAsync("questions", file.ToString())).Counts());
    }

    [Fact]
    public async Task Conditions_that_lead_back_to_where_they_began_are_refused()
    {
        var import = await api.ImportAsync(
            "questions",
            Header
                + Row("circle-a", On("circle-b"))
                + Row("circle-b", On("circle-c"))
                + Row("circle-c", On("circle-a"))
                + Row("circle-d", On("circle-a"))
                + Row("circle-e", On("circle-e"))
                + Row("circle-free")
        );

        Assert.Equal((6, 1, 5, 0), import.Counts());
        Assert.Equal([2L, 3, 4, 5, 6], import.Errors().Select(e => e.Line));
        Assert.Equal("The conditions lead back to where they began: circle-a → circle-b → circle-c → circle-a.", import.Errors()[0].Reason);
        Assert.Equal("There is no question 'circle-a' to depend on.", import.Errors()[3].Reason);
    }

    [Fact]
    public async Task A_spot_at_the_close_or_up_to_the_resolution_is_taken()
    {
        var import = await api.ImportAsync(
            "questions",
            Header
                + Row("spot-close", ("spot_at", "2020-01-11T00:00:00Z"))
                + Row("spot-late", ("spot_at", "2020-01-15T00:00:00Z"), ("resolves_by", "2020-01-20T00:00:00Z"))
                + Row("spot-open", ("spot_at", "2020-01-01T00:00:00Z"))
                + Row("spot-beyond", ("spot_at", "2020-01-20T00:00:01Z"), ("resolves_by", "2020-01-20T00:00:00Z"))
        );

        Assert.Equal((4, 2, 2, 0), import.Counts());
        Assert.Equal([(4L, "spot_at"), (5, "spot_at")], import.Errors().Select(e => (e.Line, e.Field!)));
        Assert.Equal("2020-01-15T00:00:00Z", (await api.GetAsync("/questions/spot-late")).GetProperty("spotAt").GetString());
    }

    [Theory]
    [InlineData("type", "type", "1")]
    [InlineData("type", "type", "Binary,Ordered")]
    [InlineData("type", "type", "continuous")]
    [InlineData("range_min", "range_min", "0")]
    [InlineData("range_open", "range_open", "lower")]
    [InlineData("range_open", "range_open", "lower", "type", "numeric")]
    [InlineData("range_open", "range_open", "upwards", "type", "numeric")]
    [InlineData("range_max", "range_min", "0", "type", "numeric")]
    [InlineData("options", "options", "red|green")]
    [InlineData("options", "options", "red|green", "type", "numeric", "range_min", "0", "range_max", "1")]
    [InlineData("source_locator", "source_locator", "p. 3")]
    [InlineData("condition_outcome", "condition_outcome", "yes")]
    [InlineData("condition_outcome", "condition_question", "some-other")]
    [InlineData("condition_question", "condition_question", "nowhere", "condition_outcome", "yes")]
    [InlineData("status", "status", "5")]
    [InlineData("status", "status", "finished")]
    [InlineData("status_quo", "status_quo", "maybe")]
    [InlineData("status_quo", "status_quo", "blue", "type", "numeric", "range_min", "0", "range_max", "1")]
    [InlineData("tags", "tags", "a||b")]
    [InlineData("clarifications", "clarifications", """[{"text":"x","at":"2020-01-02T00:00:00"}]""")]
    [InlineData("clarifications", "clarifications", """[{"text":"x","at":"2020-01-02T00:00:00Z","by":"me"}]""")]
    [InlineData("clarifications", "clarifications", """[{"text":"x"}]""")]
    [InlineData("evidence", "evidence", """[{"occurredAt":"2020-01-02T00:00:00Z","title":"","source":"s"}]""")]
    [InlineData("evidence", "evidence", "a gauge")]
    [InlineData("stopped_at", "stopped_at", "yesterday")]
    [InlineData("stopped_at", "stopped_at", "2999-01-01T00:00:00Z")]
    [InlineData("event_id", "event_id", "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    [InlineData("recorded_at", "recorded_at", "yesterday")]
    [InlineData("imported", "imported", "perhaps")]
    public async Task A_cell_that_is_given_is_read_or_the_row_is_refused(
        string refused,
        string column,
        string value,
        string column2 = "tags",
        string value2 = "t",
        string column3 = "tags",
        string value3 = "t",
        string column4 = "tags",
        string value4 = "t"
    )
    {
        var other = column2 == "tags" ? [(column, value)] : new[] { (column, value), (column2, value2), (column3, value3), (column4, value4) };
        var import = await api.ImportAsync("questions", Header + Row($"cell-{Guid.NewGuid():n}", other));
        Assert.Equal((2L, refused), import.Errors().Select(e => (e.Line, e.Field!)).Single());
    }

    [Fact]
    public async Task A_type_and_a_status_are_words_whatever_their_case_and_a_question_with_an_outcome_comes_in_by_its_close()
    {
        var import = await api.ImportAsync(
            "questions",
            Header
                + Row("word-1", ("type", "MultipleChoice"), ("options", "a|b"))
                + Row("word-2", ("status", "Resolved"), ("event_id", "x"), ("recorded_at", "2021-01-01T00:00:00Z"), ("imported", "false"))
        );
        Assert.Equal((2, 2, 0, 0), import.Counts());
        Assert.Equal("multipleChoice", (await api.GetAsync("/questions/word-1")).GetProperty("type").GetString());
        Assert.Equal("closed", (await api.GetAsync("/questions/word-2")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_second_row_adds_nothing_where_it_says_what_is_recorded_and_is_refused_where_it_says_more()
    {
        var clarified = ("clarifications", """[{"text":"Exactly.","at":"2020-01-02T00:00:00Z"}]""");
        Assert.Equal((1, 1, 0, 0), (await api.ImportAsync("questions", Header + Row("again-1", clarified))).Counts());
        var import = await api.ImportAsync(
            "questions",
            Header
                + Row("again-1", clarified)
                + Row("again-1")
                + Row("again-1", ("title", "Another"))
                + Row("again-1", ("clarifications", """[{"text":"Roughly.","at":"2020-01-02T00:00:00Z"}]"""))
        );

        Assert.Equal((4, 2, 2, 2), import.Counts());
        Assert.Equal([(4L, "title"), (5, "clarifications")], import.Errors().Select(e => (e.Line, e.Field!)));
    }
}
