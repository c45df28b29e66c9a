using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.Importing;
using Store.Importing;
using Worker.Importing;
using static Api.Tests.RunningApi;

namespace Api.Tests.Exporting;

/// <summary>A service with a little history: four questions, two forecasters, and outcomes of which one was corrected.</summary>
public sealed class ServiceWithHistory : RunningApi
{
    protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];

    /// <summary>An instant by which the first half of the history was recorded, and the second was not.</summary>
    public DateTimeOffset HalfTime { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await TakeAsync(
            "questions",
            """
            question,title,type,opens_at,closes_at,options,range_min,range_max,tags
            h-bin,Does it?,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,,,one|both
            h-num,How many?,numeric,2020-03-01T00:00:00Z,2020-04-01T00:00:00Z,,-100,100,both
            h-opt,Which?,multipleChoice,2020-05-01T00:00:00Z,2020-06-01T00:00:00Z,"a|b, c|d",,,

            """
        );
        await TakeAsync(
            "forecasts",
            """
            question,forecaster,made_at,probability,option,value
            h-bin,ann,2020-01-05T00:00:00Z,0.25,,
            h-bin,bob,2020-01-06T00:00:00Z,0.75,,
            h-num,ann,2020-03-05T00:00:00Z,0.5,,-7.5

            """
        );
        await TakeAsync(
            "outcomes",
            """
            question,outcome,known_at
            h-bin,yes,2020-02-02T00:00:00Z
            h-num,-5,2020-04-02T00:00:00Z

            """
        );
        await SettledAsync();
        HalfTime = DateTimeOffset.Parse((await this.RowsAsync("scores")).Max(r => r["recorded_at"])!, CultureInfo.InvariantCulture);
        await TakeAsync(
            "questions",
            """
            question,title,type,opens_at,closes_at
            h-late,And now?,binary,2020-07-01T00:00:00Z,2020-08-01T00:00:00Z

            """
        );
        await TakeAsync(
            "forecasts",
            """
            question,forecaster,made_at,probability,option,value
            h-bin,bob,2020-01-04T00:00:00Z,0.5,,
            h-opt,bob,2020-05-05T00:00:00Z,0.5,a,
            h-opt,bob,2020-05-05T00:00:00Z,0.25,"b, c",
            h-opt,bob,2020-05-05T00:00:00Z,0.25,d,

            """
        );
        await TakeAsync(
            "outcomes",
            """
            question,outcome,known_at
            h-bin,no,2020-02-03T00:00:00Z

            """
        );
        await SettledAsync();
    }

    private async Task TakeAsync(string kind, string file)
    {
        var import = await this.ImportAsync(kind, file);
        Assert.True(import.GetProperty("status").GetString() == "succeeded" && import.Counts().Refused == 0, import.ToString());
    }
}

/// <summary>Exports: what a filter leaves, what was known at an instant, and who may take what.</summary>
public sealed class ExportTests(ServiceWithHistory api) : IClassFixture<ServiceWithHistory>
{
    [Theory]
    [InlineData("questions", "", "h-bin h-num h-opt h-late")]
    [InlineData("questions", "question=h-num", "h-num")]
    [InlineData("questions", "analyst=ann", "h-bin h-num")]
    [InlineData("questions", "tag=both", "h-bin h-num")]
    [InlineData("questions", "tag=one&analyst=bob", "h-bin")]
    [InlineData("questions", "tag=none-has-it", "")]
    [InlineData("questions", "from=2020-03-01T00:00:00Z&to=2020-05-01T00:00:00Z", "h-num")]
    [InlineData("forecasts", "", "h-bin/bob/0.5 h-bin/ann/0.25 h-bin/bob/0.75 h-num/ann/0.5 h-opt/bob/0.5 h-opt/bob/0.25 h-opt/bob/0.25")]
    [InlineData("forecasts", "question=h-bin", "h-bin/bob/0.5 h-bin/ann/0.25 h-bin/bob/0.75")]
    [InlineData("forecasts", "analyst=ann", "h-bin/ann/0.25 h-num/ann/0.5")]
    [InlineData("forecasts", "analyst=ann&question=h-num", "h-num/ann/0.5")]
    [InlineData("forecasts", "tag=one", "h-bin/bob/0.5 h-bin/ann/0.25 h-bin/bob/0.75")]
    [InlineData("forecasts", "from=2020-01-05T00:00:00Z&to=2020-01-06T00:00:00Z", "h-bin/ann/0.25")]
    [InlineData("outcomes", "", "h-bin=yes h-num=-5 h-bin=no")]
    [InlineData("outcomes", "question=h-num", "h-num=-5")]
    [InlineData("outcomes", "analyst=bob", "h-bin=yes h-bin=no")]
    [InlineData("outcomes", "tag=both&from=2020-02-02T00:00:00Z&to=2020-02-03T00:00:00Z", "h-bin=yes")]
    public async Task A_filter_leaves_what_it_names(string kind, string filter, string expected)
    {
        var rows = await api.RowsAsync(kind, filter);
        Assert.Equal(expected, string.Join(' ', rows.Select(r => Shown(kind, r))));
    }

    [Theory]
    [InlineData("questions", "h-bin h-num h-opt")]
    [InlineData("forecasts", "h-bin/ann/0.25 h-bin/bob/0.75 h-num/ann/0.5")]
    [InlineData("outcomes", "h-bin=yes h-num=-5")]
    public async Task What_is_taken_out_as_known_at_an_instant_was_recorded_by_then(string kind, string expected)
    {
        var rows = await api.RowsAsync(kind, $"knownAt={Uri.EscapeDataString(api.HalfTime.ToString("O"))}");
        Assert.Equal(expected, string.Join(' ', rows.Select(r => Shown(kind, r))));
        Assert.All(rows, r => Assert.True(DateTimeOffset.Parse(r["recorded_at"], CultureInfo.InvariantCulture) <= api.HalfTime));
    }

    [Fact]
    public async Task Questions_are_taken_out_as_they_were_known_and_with_the_status_that_they_have()
    {
        Assert.Equal(
            ["h-bin resolved", "h-num resolved", "h-opt closed", "h-late closed"],
            (await api.RowsAsync("questions")).Select(r => $"{r["question"]} {r["status"]}")
        );
        var first = (await api.RowsAsync("questions"))[0]["recorded_at"];
        Assert.Equal(
            ["h-bin closed", "h-num closed", "h-opt closed"],
            (await api.RowsAsync("questions", $"knownAt={first}")).Select(r => $"{r["question"]} {r["status"]}")
        );
    }

    [Fact]
    public async Task Scores_are_of_the_latest_generation_or_of_the_latest_that_was_known()
    {
        var now = await api.RowsAsync("scores", "question=h-bin&analyst=bob");
        Assert.All(now, r => Assert.Equal(("bob", "no", "true"), (r["forecaster"], r["outcome"], r["imported"])));
        var then = await api.RowsAsync("scores", $"question=h-bin&analyst=bob&knownAt={Uri.EscapeDataString(api.HalfTime.ToString("O"))}");
        Assert.All(then, r => Assert.Equal(("bob", "yes"), (r["forecaster"], r["outcome"])));
        Assert.NotEmpty(now);
        Assert.NotEmpty(then);
        Assert.NotEqual(now[0]["event_id"], then[0]["event_id"]);
        Assert.NotEmpty(await api.RowsAsync("scores", "analyst=reference:uniform&tag=both"));
        Assert.Equal(["h-num"], (await api.RowsAsync("scores", "from=2020-04-01T00:00:00Z")).Select(r => r["question"]).Distinct());
        Assert.All(await api.RowsAsync("scores", "analyst=reference:uniform"), r => Assert.Equal("false", r["imported"]));
        Assert.All(await api.RowsAsync("scores", "analyst=consensus:median"), r => Assert.Equal("true", r["imported"]));
    }

    [Theory]
    [InlineData("colour=red", "colour")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2020-13-01T00:00:00Z", "to")]
    [InlineData("from=2020-02-01T00:00:00Z&to=2020-01-01T00:00:00Z", "to")]
    [InlineData("knownAt=12:30", "knownAt")]
    [InlineData("question=No%20Slug", "question")]
    [InlineData("analyst=a%2Fb", "analyst")]
    [InlineData("format=xlsx", "format")]
    [InlineData("for=printing", "for")]
    [InlineData("for=spreadsheet&format=ndjson", "for")]
    public async Task A_filter_that_cannot_be_read_is_refused_and_names_what_is_wrong(string filter, string field)
    {
        foreach (var kind in new[] { "questions", "forecasts", "outcomes", "scores" })
        {
            using var response = await api.Owner.GetAsync(new Uri($"/exports/{kind}?{filter}", UriKind.Relative));
            Assert.True((await Json(response, HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty(field, out _));
        }
    }

    [Theory]
    [InlineData("text/csv", "text/csv")]
    [InlineData("application/x-ndjson", "application/x-ndjson")]
    [InlineData("application/json", "application/x-ndjson")]
    [InlineData("application/x-ndjson;q=0.5, text/csv", "text/csv")]
    [InlineData("*/*", "text/csv")]
    [InlineData("image/png", null)]
    public async Task The_form_is_the_one_that_is_liked_best(string accept, string? form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/exports/questions");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await api.Owner.SendAsync(request);
        Assert.Equal(form is null ? HttpStatusCode.NotAcceptable : HttpStatusCode.OK, response.StatusCode);
        if (form is null)
            return;
        Assert.Equal(form, response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("Accept", response.Headers.Vary);
    }

    [Fact]
    public async Task Every_exported_column_is_one_that_is_imported()
    {
        foreach (var (kind, name) in new[] { (ImportKind.Questions, "questions"), (ImportKind.Forecasts, "forecasts"), (ImportKind.Outcomes, "outcomes") })
        {
            var header = (await api.ExportAsync(name)).Split("\r\n")[0].Split(',');
            Assert.Equal(ImportColumns.Readable(kind).Order(StringComparer.Ordinal), header.Order(StringComparer.Ordinal));
        }
    }

    private static string Shown(string kind, Dictionary<string, string> row) =>
        kind switch
        {
            "questions" => row["question"],
            "forecasts" => $"{row["question"]}/{row["forecaster"]}/{row["probability"]}",
            _ => $"{row["question"]}={row["outcome"]}",
        };
}
