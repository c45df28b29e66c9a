using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Api.Tests.Importing;

/// <summary>What a file of forecasts may say, and how rows are put together to forecasts.</summary>
public sealed class ForecastFileTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const string Header =
        "question,forecaster,made_at,probability,option,value,rationale,withdrawn,kind,expires_at,evidence,term,scale,scale_version,term_lower,"
        + "term_upper,event_id,recorded_at,imported\n";
    private const string Day = "2020-01-02T00:00:00Z";

    private static string Row(
        string question,
        string forecaster,
        string at = Day,
        string p = "",
        string option = "",
        string value = "",
        string rationale = "",
        string withdrawn = "",
        string kind = "",
        string expires = "",
        string evidence = "",
        string term = "",
        string scale = "",
        string version = "",
        string lower = "",
        string upper = "",
        string id = "",
        string recorded = "",
        string imported = ""
    ) =>
        string.Join(
            ',',
            question,
            forecaster,
            at,
            p,
            option,
            value,
            rationale,
            withdrawn,
            kind,
            expires,
            evidence,
            term,
            scale,
            version,
            lower,
            upper,
            id,
            recorded,
            imported
        ) + "\n";

    private async Task QuestionsAsync(string name)
    {
        var import = await api.ImportAsync(
            "questions",
            $"""
            question,title,type,opens_at,closes_at,options,range_min,range_max,range_open
            {name}-yes,Will it?,binary,2020-01-01T00:00:00Z,2020-01-11T00:00:00Z,,,,
            {name}-one,Which one?,multipleChoice,2020-01-01T00:00:00Z,2020-01-11T00:00:00Z,red|green|blue,,,
            {name}-any,Which of some?,multipleChoice,2020-01-01T00:00:00Z,2020-01-11T00:00:00Z,,,,
            {name}-how,How much?,numeric,2020-01-01T00:00:00Z,2020-01-11T00:00:00Z,,0,100,upper
            {name}-when,When?,date,2020-01-01T00:00:00Z,2020-01-11T00:00:00Z,,2020-01-01,2021-01-01,
            """
        );
        Assert.Equal((5, 5, 0, 0), import.Counts());
    }

    private async Task<JsonElement[]> StepsAsync(string question, string forecaster) =>
        [.. (await api.GetAsync($"/questions/{question}/forecasts/{forecaster}")).GetProperty("steps").EnumerateArray()];

    private static (double P, double Value)[] Points(JsonElement step) =>
        [
            .. step.GetProperty("after")
                .GetProperty("quantiles")
                .EnumerateArray()
                .Select(q => (q.GetProperty("p").GetDouble(), q.GetProperty("value").GetDouble())),
        ];

    [Fact]
    public async Task Seals_come_in_with_what_was_sealed_once_it_is_revealed_and_with_nothing_else_before()
    {
        await QuestionsAsync("sealed");
        var seal = new string('A', 43) + "=";
        const string Columns = "question,forecaster,made_at,probability,option,withdrawn,term,seal,revealed_at\n";

        var taken = await api.ImportAsync(
            "forecasts",
            Columns
                + $"sealed-yes,ann,{Day},,,,,{seal},\n"
                + $"sealed-yes,bob,{Day},0.7,,,,{seal},2020-01-12T00:00:00Z\n"
                + $"sealed-one,ann,{Day},0.2,red,,,{seal},2020-01-12T00:00:00Z\n"
                + $"sealed-one,ann,{Day},0.8,green,,,,\n"
                + $"sealed-one,ann,{Day},0,blue,,,,\n"
                + $"sealed-how,ann,{Day},,,,,{seal},\n"
        );
        Assert.Equal((6, 6, 0, 0), taken.Counts());
        Assert.Equal(seal, (await StepsAsync("sealed-yes", "ann"))[0].GetProperty("after").GetProperty("seal").GetString());
        Assert.False((await StepsAsync("sealed-yes", "ann"))[0].GetProperty("after").TryGetProperty("probability", out _));
        var revealed = (await StepsAsync("sealed-one", "ann"))[0].GetProperty("after");
        Assert.Equal(0.8, revealed.GetProperty("probabilities").GetProperty("green").GetDouble());
        Assert.Equal("2020-01-12T00:00:00Z", revealed.GetProperty("revealedAt").GetString());

        var refused = await api.ImportAsync(
            "forecasts",
            Columns
                + $"sealed-yes,cem,{Day},0.7,,,,{seal},\n"
                + $"sealed-yes,dee,{Day},0.7,,,,,2020-01-12T00:00:00Z\n"
                + $"sealed-yes,eve,{Day},0.7,,,,{seal},2020-01-01T00:00:00Z\n"
                + $"sealed-yes,fay,{Day},,,,,short,\n"
                + $"sealed-yes,bob,2020-01-03T00:00:00Z,,,true,,{seal},\n"
                + $"sealed-yes,gil,{Day},,,,likely,{seal},2020-01-12T00:00:00Z\n"
        );
        Assert.Equal(["probability", "revealed_at", "revealed_at", "seal", "seal", "term"], refused.Errors().OrderBy(e => e.Line).Select(e => e.Field));
    }

    [Fact]
    public async Task A_row_that_says_what_another_says_adds_nothing()
    {
        await QuestionsAsync("same");
        var file =
            Header
            + Row("same-how", "ann", p: "0.25", value: "10")
            + Row("same-how", "ann", p: "0.5", value: "20")
            + Row("same-how", "ann", p: "0.5", value: "20")
            + Row("same-how", "ann", p: "0.75", value: "30")
            + Row("same-how", "bob", p: "0.250", value: "10.0")
            + Row("same-how", "bob", p: "0.25", value: "10")
            + Row("same-how", "bob", p: "0.2500000000000001", value: "10")
            + Row("same-one", "ann", p: "0.5", option: "red")
            + Row("same-one", "ann", p: "0.3", option: "green")
            + Row("same-one", "ann", p: "0.50", option: "red")
            + Row("same-one", "ann", p: "0.2", option: "blue")
            + Row("same-yes", "ann", p: "0.4")
            + Row("same-yes", "ann", p: "4e-1");
        var import = await api.ImportAsync("forecasts", file);

        Assert.Equal((13, 13, 0, 5), import.Counts());
        Assert.Equal([(0.25, 10), (0.5, 20), (0.75, 30)], Points(Assert.Single(await StepsAsync("same-how", "ann"))));
        Assert.Equal([(0.25, 10)], Points(Assert.Single(await StepsAsync("same-how", "bob"))));
        Assert.Single(await StepsAsync("same-one", "ann"));
        Assert.Single(await StepsAsync("same-yes", "ann"));
        Assert.Equal((13, 13, 0, 13), (await api.ImportAsync("forecasts", file)).Counts());
    }

    [Fact]
    public async Task Equal_levels_are_a_flat_stretch_equal_values_a_step_and_levels_run_from_0_to_1()
    {
        await QuestionsAsync("cdf");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row("cdf-how", "ann", p: "1", value: "130")
                + Row("cdf-how", "ann", p: "0.3", value: "60")
                + Row("cdf-how", "ann", p: "0.3", value: "20")
                + Row("cdf-how", "ann", p: "0", value: "5")
                + Row("cdf-how", "ann", p: "0.7", value: "60")
                + Row("cdf-when", "ann", p: "0", value: "2020-03-01")
                + Row("cdf-when", "ann", p: "1", value: "2020-09-01")
        );

        Assert.Equal((7, 7, 0, 0), import.Counts());
        Assert.Equal([(0, 5), (0.3, 20), (0.3, 60), (0.7, 60), (1, 130)], Points(Assert.Single(await StepsAsync("cdf-how", "ann"))));
    }

    [Fact]
    public async Task A_thousand_points_go_in_and_one_more_does_not()
    {
        await QuestionsAsync("many");
        static string Points(string who, int count) =>
            string.Concat(
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                        Row(
                            "many-how",
                            who,
                            p: (i / (count - 1.0)).ToString("R", CultureInfo.InvariantCulture),
                            value: (i / 20.0).ToString("R", CultureInfo.InvariantCulture)
                        )
                    )
            );
        var import = await api.ImportAsync("forecasts", Header + Points("ann", 1_000) + Points("bob", 1_001) + Points("cid", 201));

        Assert.Equal((2_202, 1_201, 1_001, 0), import.Counts());
        Assert.All(import.Errors(), e => Assert.EndsWith("The rows state 1001 quantiles; a forecast has at most 1000.", e.Reason, StringComparison.Ordinal));
        Assert.Equal(1_000, ForecastFileTests.Points(Assert.Single(await StepsAsync("many-how", "ann"))).Length);
        var exported = await api.Owner.GetStringAsync(new Uri("/exports/forecasts?format=csv", UriKind.Relative));
        Assert.Equal(1_000, exported.Split('\n').Count(l => l.StartsWith("many-how,ann,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_rows_of_one_forecast_may_stand_anywhere_in_a_file_of_many_batches()
    {
        await QuestionsAsync("far");
        var file = new StringBuilder(Header).Append(Row("far-one", "ann", p: "0.2", option: "red")).Append(Row("far-any", "ann", p: "0.6", option: "tie"));
        for (var i = 0; i < 25_000; i++)
            file.Append(Row("far-yes", $"f{i % 5_000}", at: $"2020-01-0{9 - (i / 5_000)}T00:00:00Z", p: $"0.{(i % 9) + 1}"));
        file.Append(Row("far-any", "ann", p: "0.4", option: "win"))
            .Append(Row("far-one", "ann", p: "0.5", option: "green"))
            .Append(Row("far-one", "ann", at: "2020-01-02T01:00:00+01:00", p: "0.3", option: "blue"));
        var import = await api.ImportAsync("forecasts", file.ToString());

        Assert.Equal((25_005, 25_005, 0, 0), import.Counts());
        Assert.Equal(0.3, Assert.Single(await StepsAsync("far-one", "ann")).GetProperty("after").GetProperty("probabilities").GetProperty("blue").GetDouble());
        Assert.Equal(0.4, Assert.Single(await StepsAsync("far-any", "ann")).GetProperty("after").GetProperty("probabilities").GetProperty("win").GetDouble());
        // What was made first is the submission, wherever it stood.
        var steps = await StepsAsync("far-yes", "f17");
        Assert.Equal(
            ["2020-01-05T00:00:00Z", "2020-01-06T00:00:00Z", "2020-01-07T00:00:00Z", "2020-01-08T00:00:00Z", "2020-01-09T00:00:00Z"],
            steps.Select(s => s.GetProperty("madeAt").GetString())
        );
        Assert.Equal("ForecastSubmitted", steps[0].GetProperty("type").GetString());
        var before = await api.EventsAsync();
        Assert.Equal((25_005, 25_005, 0, 25_005), (await api.ImportAsync("forecasts", file.ToString())).Counts());
        Assert.Equal(before, await api.EventsAsync());
    }

    [Fact]
    public async Task Rows_that_contradict_each_other_are_refused_with_both_values_and_their_lines()
    {
        await QuestionsAsync("twice");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row("twice-one", "ann", p: "0.2", option: "red")
                + Row("twice-one", "ann", p: "0.5", option: "green")
                + Row("twice-one", "ann", p: "0.3", option: "blue")
                + Row("twice-one", "ann", p: "0.4", option: "red")
                + Row("twice-how", "ann", p: "0.25", value: "20")
                + Row("twice-how", "ann", p: "0.5", value: "19.9")
        );

        Assert.Equal((6, 0, 6, 0), import.Counts());
        Assert.All(
            import.Errors()[..4],
            e => Assert.Contains("The probability of 'red' is '0.2' on line 2 and '0.4' on line 5 of one forecast", e.Reason, StringComparison.Ordinal)
        );
        Assert.All(
            import.Errors()[4..],
            e => Assert.Contains("Values never fall, and 0.5 at 19.9 (line 7) lies below 0.25 at 20 (line 6)", e.Reason, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_refuses_the_whole_of_its_forecast_and_says_so_on_each_row()
    {
        await QuestionsAsync("half");
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes(Header + Row("half-how", "ann", p: "0.25", value: "20")),
            .. Encoding.Latin1.GetBytes(Row("half-how", "ann", p: "0.5", value: "30", rationale: "Übersicht")),
            .. Encoding.UTF8.GetBytes(
                Row("half-how", "ann", p: "0.75", value: "40")
                    + Row("half-how", "bob", p: "0.25", value: "20")
                    + Row("half-how", "bob", p: "0,5", value: "30").Replace("0,5", "half", StringComparison.Ordinal)
            ),
        ];
        var import = await api.ImportAsync("forecasts", file);

        Assert.Equal((5, 0, 5, 0), import.Counts());
        Assert.Equal("Line 3 of the same forecast is refused: The value is not UTF-8; save the file in UTF-8.", import.Errors()[0].Reason);
        Assert.Equal(
            (3L, "rationale", "The value is not UTF-8; save the file in UTF-8."),
            import.Errors().Select(e => (e.Line, e.Field!, e.Reason)).ElementAt(1)
        );
        Assert.StartsWith("Line 6 of the same forecast is refused: 'half' is no number", import.Errors()[3].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_spoken_for_who_has_a_token_or_a_live_forecast_on_the_question()
    {
        await QuestionsAsync("own");
        var holder = await api.AsAsync("own-ann", "analyst");
        await api.OpenQuestionAsync("own-live");
        using (var stated = await holder.PutAsync(new Uri("/questions/own-live/forecast", UriKind.Relative), RunningApi.Body("""{"probability":0.25}""")))
            Assert.True(stated.IsSuccessStatusCode);
        var made = Assert.Single(await StepsAsync("own-live", "own-ann")).GetProperty("madeAt").GetString()!;
        var (before, file) = (
            await api.EventsAsync(),
            Header
                + Row("own-yes", "own-ann", p: "0.5")
                + Row("own-live", "own-ann", at: "2024-01-01T00:00:00Z", p: "0.5")
                + Row("own-live", "own-ann", at: made, p: "0.25")
                + Row("own-yes", "consensus:house", p: "0.5")
        );
        var import = await api.ImportAsync("forecasts", file);

        Assert.Equal((4, 1, 3, 1), import.Counts());
        Assert.All(import.Errors(), e => Assert.Equal("forecaster", e.Field));
        Assert.Equal(before, await api.EventsAsync());
    }

    [Theory]
    [InlineData("reference:uniform")]
    [InlineData("reference:base-rate")]
    [InlineData("reference:status-quo")]
    [InlineData("reference:constant-hazard")]
    [InlineData("consensus:median")]
    public async Task Nobody_forecasts_under_the_name_of_what_is_computed(string name)
    {
        var question = name.Replace(':', '-');
        await QuestionsAsync(question);
        var before = await api.EventsAsync();
        var import = await api.ImportAsync("forecasts", Header + Row($"{question}-yes", name, p: "0.999"));

        Assert.Equal((1, 0, 1, 0), import.Counts());
        var error = Assert.Single(import.Errors());
        Assert.Equal("forecaster", error.Field);
        Assert.StartsWith($"'{name}' cannot be imported: ", error.Reason, StringComparison.Ordinal);
        Assert.Equal(before, await api.EventsAsync());
    }

    [Fact]
    public async Task A_forecast_that_is_refused_names_no_options()
    {
        await QuestionsAsync("names");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row("names-any", "ann", at: "2020-01-11T00:00:00Z", p: "0.5", option: "late")
                + Row("names-any", "ann", at: "2020-01-11T00:00:00Z", p: "0.5", option: "later")
                + Row("names-any", "bob", p: "0.5", option: "x")
                + Row("names-any", "bob", p: "0.5", option: "y", kind: "alien")
                + Row("names-any", "cid", at: "2020-01-03T00:00:00Z", p: "0.5", option: "heads")
                + Row("names-any", "cid", at: "2020-01-03T00:00:00Z", p: "0.5", option: "tails")
        );

        Assert.Equal((6, 2, 4, 0), import.Counts());
        Assert.Equal(["heads", "tails"], (await api.GetAsync("/questions/names-any")).GetProperty("options").EnumerateArray().Select(o => o.GetString()));
    }

    [Fact]
    public async Task Two_forecasts_of_one_instant_are_parted_by_their_event_ids()
    {
        await QuestionsAsync("two");
        var file =
            Header
            + Row("two-how", "ann", p: "0.25", value: "10", id: "b")
            + Row("two-how", "ann", p: "0.5", value: "40", id: "a")
            + Row("two-how", "ann", p: "0.75", value: "30", id: "b")
            + Row("two-yes", "ann", p: "0.3", id: "c", recorded: "2021-01-01T00:00:00Z", imported: "true")
            + Row("two-yes", "ann", p: "0.3", id: "d")
            + Row("two-yes", "ann", p: "0.3", id: "d")
            + Row("two-yes", "bob", p: "0.3", id: "e")
            + Row("two-yes", "bob", p: "0.4", id: "e")
            + Row("two-yes", "cid", p: "0.3")
            + Row("two-yes", "cid", p: "0.4");
        var import = await api.ImportAsync("forecasts", file);

        Assert.Equal((10, 8, 2, 1), import.Counts());
        Assert.Equal([(8L, "probability"), (9, "probability")], import.Errors().Select(e => (e.Line, e.Field)));
        var steps = await StepsAsync("two-how", "ann");
        Assert.Equal(
            [
                [(0.25, 10), (0.75, 30)],
                [(0.5, 40)],
            ],
            steps.Select(Points)
        );
        Assert.Equal(2, (await StepsAsync("two-yes", "ann")).Length);
        // One probability is a whole forecast: the later row of one instant holds.
        Assert.Equal([0.3, 0.4], (await StepsAsync("two-yes", "cid")).Select(s => s.GetProperty("after").GetProperty("probability").GetDouble()));
        Assert.Equal((10, 8, 2, 8), (await api.ImportAsync("forecasts", file)).Counts());
    }

    [Fact]
    public async Task A_withdrawal_is_taken_by_its_time_and_not_by_its_line()
    {
        await QuestionsAsync("back");
        var file =
            Header
            + Row("back-yes", "ann", at: "2020-01-06T00:00:00Z", withdrawn: "true")
            + Row("back-yes", "ann", at: "2020-01-01T00:00:00Z", p: "0.9")
            + Row("back-yes", "bob", at: "2020-01-02T00:00:00Z", withdrawn: "true")
            + Row("back-yes", "bob", at: "2020-01-03T00:00:00Z", p: "0.9");
        var import = await api.ImportAsync("forecasts", file);
        Assert.Equal((4, 3, 1, 0), import.Counts());
        Assert.Equal((4L, "withdrawn"), import.Errors().Select(e => (e.Line, e.Field!)).Single());
        Assert.Equal((4, 3, 1, 3), (await api.ImportAsync("forecasts", file)).Counts());

        await api.ImportAsync("outcomes", "question,outcome,known_at,source\nback-yes,yes,2020-01-12T00:00:00Z,log\n");
        var rows = (await api.GetAsync("/questions/back-yes/scores")).GetProperty("items").EnumerateArray();
        Assert.Equal(0.5, rows.Single(r => r.GetProperty("forecaster").GetString() == "ann").GetProperty("coverage").GetDouble(), 12);

        // Against what an earlier file brought, too: before the first forecast there is nothing to withdraw, and then there is.
        Assert.Equal(
            (1, 0, 1, 0),
            (await api.ImportAsync("forecasts", Header + Row("back-yes", "bob", at: "2020-01-02T12:00:00Z", withdrawn: "true"))).Counts()
        );
        var earlier =
            Header + Row("back-yes", "bob", at: "2020-01-02T12:00:00Z", withdrawn: "true") + Row("back-yes", "bob", at: "2020-01-01T12:00:00Z", p: "0.1");
        Assert.Equal((2, 2, 0, 0), (await api.ImportAsync("forecasts", earlier)).Counts());
        Assert.Equal(
            [0.1, null, 0.9],
            (await StepsAsync("back-yes", "bob")).Select(s =>
                s.TryGetProperty("after", out var after) ? after.GetProperty("probability").GetDouble() : (double?)null
            )
        );
    }

    [Fact]
    public async Task What_one_row_says_of_the_whole_forecast_holds_for_all_of_it()
    {
        await QuestionsAsync("whole");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row("whole-one", "w-ann", p: "0.2", option: "red")
                + Row("whole-one", "w-ann", p: "0.3", option: "green", kind: "bot", evidence: "a|b")
                + Row("whole-one", "w-ann", p: "0.5", option: "blue", rationale: "The poll.", expires: "2020-01-05T00:00:00Z")
                + Row("whole-one", "bob", p: "0.2", option: "red", expires: "2020-01-05T00:00:00Z")
                + Row("whole-one", "bob", p: "0.3", option: "green", expires: "2020-01-05T01:00:00+01:00")
                + Row("whole-one", "bob", p: "0.5", option: "blue")
                + Row("whole-one", "cid", p: "0.2", option: "red", rationale: "One.")
                + Row("whole-one", "cid", p: "0.3", option: "green")
                + Row("whole-one", "cid", p: "0.5", option: "blue", rationale: "Another.")
        );

        Assert.Equal((9, 6, 3, 0), import.Counts());
        Assert.All(import.Errors(), e => Assert.Contains("'rationale' is 'One.' on line 8 and 'Another.' on line 10", e.Reason, StringComparison.Ordinal));
        Assert.Equal("The poll.", Assert.Single(await StepsAsync("whole-one", "w-ann")).GetProperty("rationale").GetString());
        Assert.Equal("bot", (await api.GetAsync("/analysts/w-ann")).GetProperty("kind").GetString());
        var standing = (await api.GetAsync("/questions/whole-one/forecasts?asOf=2020-01-04T00:00:00Z")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["2020-01-05T00:00:00Z", "2020-01-05T00:00:00Z"], standing.Select(s => s.GetProperty("expiresAt").GetString()));
        var told = (await StepsAsync("whole-one", "w-ann"))[0];
        Assert.Equal("2020-01-05T00:00:00Z", told.GetProperty("expiresAt").GetString());
        Assert.Equal(["a", "b"], told.GetProperty("evidence").EnumerateArray().Select(e => e.GetString()));
        Assert.Empty((await api.GetAsync("/questions/whole-one/forecasts?asOf=2020-01-06T00:00:00Z")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("option", "cells-how", "0.5", "quantile", "10")]
    [InlineData("value", "cells-yes", "0.5", "", "10")]
    [InlineData("value", "cells-one", "0.5", "red", "10")]
    [InlineData("option", "cells-one", "0.5", "", "")]
    [InlineData("probability", "cells-how", "", "", "10")]
    [InlineData("value", "cells-how", "0.5", "", "")]
    [InlineData("probability", "cells-how", "1.01", "", "10")]
    [InlineData("value", "cells-when", "0.5", "", "5 June 2020")]
    [InlineData("term", "cells-how", "0.5", "", "10", "likely")]
    [InlineData("term", "cells-one", "0.5", "red", "", "likely")]
    [InlineData("scale", "cells-yes", "0.5", "", "", "", "phia")]
    [InlineData("scale", "cells-yes", "", "", "", "likely", "no-scale")]
    [InlineData("scale_version", "cells-yes", "", "", "", "likely", "phia", "1999")]
    [InlineData("scale_version", "cells-yes", "0.5", "", "", "", "", "2019")]
    [InlineData("term", "cells-yes", "", "", "", "no such words", "phia")]
    [InlineData("term_upper", "cells-yes", "", "", "", "so so", "mine", "1", "0.4", "")]
    [InlineData("term_lower", "cells-yes", "0.5", "", "", "", "", "", "0.4", "")]
    [InlineData("term_lower", "cells-yes", "", "", "", "so so", "mine", "1", "0.6", "0.4")]
    [InlineData("term_lower", "cells-yes", "", "", "", "likely", "phia", "2019", "0.5", "0.75")]
    [InlineData("probability", "cells-yes", "0.03", "", "", "likely", "phia")]
    [InlineData("kind", "cells-yes", "0.5", "", "", "", "", "", "", "", "alien")]
    [InlineData("kind", "cells-yes", "0.5", "", "", "", "", "", "", "", "1")]
    [InlineData("kind", "cells-yes", "0.5", "", "", "", "", "", "", "", "\"person,bot\"")]
    [InlineData("withdrawn", "cells-yes", "0.5", "", "", "", "", "", "", "", "", "perhaps")]
    [InlineData("probability", "cells-yes", "0.5", "", "", "", "", "", "", "", "", "true")]
    public async Task A_cell_that_is_given_is_read_or_the_row_is_refused(
        string column,
        string question,
        string p,
        string option,
        string value,
        string term = "",
        string scale = "",
        string version = "",
        string lower = "",
        string upper = "",
        string kind = "",
        string withdrawn = ""
    )
    {
        var name = $"cells-{Guid.NewGuid():n}";
        await QuestionsAsync(name);
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row(
                    question.Replace("cells", name, StringComparison.Ordinal),
                    "ann",
                    p: p,
                    option: option,
                    value: value,
                    term: term,
                    scale: scale,
                    version: version,
                    lower: lower,
                    upper: upper,
                    kind: kind,
                    withdrawn: withdrawn
                )
        );
        var (line, field, reason) = Assert.Single(import.Errors());
        Assert.Equal((2L, column), (line, field));
        Assert.EndsWith(".", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_that_differs_from_what_the_forecaster_is_known_as_is_refused()
    {
        await QuestionsAsync("kinds");
        var import = await api.ImportAsync(
            "forecasts",
            Header + Row("kinds-yes", "r2", p: "0.5", kind: "Bot") + Row("kinds-yes", "bot:r3", p: "0.5", kind: "person")
        );
        Assert.Equal([(3L, "kind")], import.Errors().Select(e => (e.Line, e.Field!)));
        import = await api.ImportAsync(
            "forecasts",
            Header + Row("kinds-yes", "r2", at: "2020-01-03T00:00:00Z", p: "0.5", kind: "person") + Row("kinds-yes", "r2", at: "2020-01-04T00:00:00Z", p: "0.5")
        );
        Assert.Equal([(2L, "kind")], import.Errors().Select(e => (e.Line, e.Field!)));
    }

    [Fact]
    public async Task A_term_stands_at_the_midpoint_of_its_range_as_over_the_api()
    {
        await QuestionsAsync("words");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row("words-yes", "ann", term: "likely")
                + Row("words-yes", "bob", term: "highly unlikely", scale: "phia")
                + Row("words-yes", "cid", p: "0.65", term: "Probable", scale: "phia")
                + Row("words-yes", "dan", term: "a toss-up", scale: "mine", lower: "0.1", upper: "0.2")
        );

        Assert.Equal((4, 4, 0, 0), import.Counts());
        Assert.Equal(
            [0.675, 0.15, 0.65, 0.15],
            (await api.GetAsync("/questions/words-yes/forecasts?asOf=2020-01-05T00:00:00Z"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(f => f.GetProperty("probability").GetDouble())
        );
        var verbal = Assert.Single(await StepsAsync("words-yes", "cid")).GetProperty("after").GetProperty("verbal");
        Assert.Equal(
            ("likely", "phia", "2019"),
            (verbal.GetProperty("term").GetString(), verbal.GetProperty("scale").GetString(), verbal.GetProperty("scaleVersion").GetString())
        );
    }

    [Theory]
    [InlineData("0.5", 0.5)]
    [InlineData(".5", 0.5)]
    [InlineData("5e-1", 0.5)]
    [InlineData("1E0", 1.0)]
    [InlineData("0", 0.0)]
    [InlineData("50%", null)]
    [InlineData(" 0.5 ", null)]
    [InlineData("\"0,5\"", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("0x1", null)]
    [InlineData("1 000", null)]
    [InlineData("1e-999", null)]
    [InlineData("١", null)]
    public async Task Numbers_are_read_in_one_way(string text, double? number)
    {
        var name = $"num-{Guid.NewGuid():n}";
        await QuestionsAsync(name);
        var import = await api.ImportAsync("forecasts", Header + Row(name + "-yes", "ann", p: text));
        if (number is null)
            Assert.Contains("such as 0.25", Assert.Single(import.Errors()).Reason, StringComparison.Ordinal);
        else
            Assert.Equal(number, Assert.Single(await StepsAsync(name + "-yes", "ann")).GetProperty("after").GetProperty("probability").GetDouble());
    }

    [Fact]
    public async Task A_name_that_is_cut_in_a_message_is_cut_between_characters_and_the_other_rows_are_taken()
    {
        await QuestionsAsync("cut");
        var import = await api.ImportAsync(
            "forecasts",
            Header
                + Row(new string('b', 59) + "🙂cd", "ann", p: "0.5")
                + Row("cut-yes", "ann", p: "0.5")
                + Row("cut-one", "ann", p: "0.5", option: new string('e', 58) + "👩‍👩‍👧")
        );

        Assert.Equal(("succeeded", (3L, 1L, 2L, 0L)), (import.GetProperty("status").GetString(), import.Counts()));
        Assert.Contains(new string('b', 59) + "…", import.Errors()[0].Reason, StringComparison.Ordinal);
        Assert.Contains(new string('e', 58) + "…", import.Errors()[1].Reason, StringComparison.Ordinal);
    }
}
