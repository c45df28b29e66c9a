using System.Text;
using System.Text.Json;
using Api.Tests.Importing;

namespace Api.Tests.Exporting;

/// <summary>How exports write texts and instants in each of their forms.</summary>
public sealed class WrittenForms(EmptyApi api) : IClassFixture<EmptyApi>
{
    [Fact]
    public async Task What_a_spreadsheet_would_run_is_text_in_the_form_for_spreadsheets_and_as_written_in_the_other()
    {
        string[] dangerous = ["=1+1", "+1", "-1-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"];
        await TakeQuestionsAsync();
        var lines = dangerous.Select(
            (text, i) =>
                JsonSerializer.Serialize(
                    new
                    {
                        question = "w-num",
                        forecaster = $"f-{i}",
                        made_at = $"2020-03-1{i}T00:00:00Z",
                        probability = 0.5,
                        value = -3.25,
                        rationale = text,
                    }
                )
        );
        Assert.Equal(0, (await api.ImportAsync("forecasts", string.Join('\n', lines), "application/x-ndjson")).Counts().Refused);
        using var lossless = await api.Owner.GetAsync(new Uri("/exports/forecasts?question=w-num&from=2020-03-10T00:00:00Z", UriKind.Relative));
        using var safe = await api.Owner.GetAsync(new Uri("/exports/forecasts?question=w-num&from=2020-03-10T00:00:00Z&for=spreadsheet", UriKind.Relative));
        Assert.Equal(("no", "yes"), (lossless.Headers.GetValues("X-Spreadsheet-Safe").Single(), safe.Headers.GetValues("X-Spreadsheet-Safe").Single()));
        var (plain, escaped) = (await lossless.Content.ReadAsByteArrayAsync(), await safe.Content.ReadAsByteArrayAsync());
        Assert.NotEqual(0xEF, plain[0]);
        Assert.Equal([0xEF, 0xBB, 0xBF], escaped[..3]);
        Assert.Equal(dangerous, ExportedFiles.Rows(Encoding.UTF8.GetString(plain)).Select(r => r["rationale"]));
        var rows = ExportedFiles.Rows(Encoding.UTF8.GetString(escaped[3..]));
        Assert.Equal(dangerous.Select(d => "'" + d), rows.Select(r => r["rationale"]));
        Assert.All(rows, r => Assert.Equal("-3.25", r["value"]));
        Assert.Equal(0, (await api.ImportAsync("outcomes", "question,outcome,known_at\nw-num,-5,2020-04-02T00:00:00Z\n")).Counts().Refused);
        var outcomes = await api.RowsAsync("outcomes", "question=w-num&for=spreadsheet");
        Assert.Equal("-5", outcomes[0]["outcome"]);
    }

    [Fact]
    public async Task An_instant_is_written_in_one_way_in_every_form()
    {
        await TakeQuestionsAsync();
        const string written = "2020-01-07T08:09:10.12345Z";
        var forecast = new
        {
            question = "w-bin",
            forecaster = "precise",
            made_at = "2020-01-07T09:09:10.123450+01:00",
            probability = 0.5,
        };
        Assert.Equal(0, (await api.ImportAsync("forecasts", JsonSerializer.Serialize(forecast), "application/x-ndjson")).Counts().Refused);
        Assert.Equal(written, (await api.RowsAsync("forecasts", "analyst=precise"))[0]["made_at"]);
        var step = (await api.GetAsync("/questions/w-bin/forecasts/precise")).GetProperty("steps")[0];
        var recorded = step.GetProperty("recordedAt").GetString()!;
        Assert.Equal(written, step.GetProperty("madeAt").GetString());
        Assert.Equal(recorded, (await api.RowsAsync("forecasts", "analyst=precise"))[0]["recorded_at"]);
        Assert.Contains($"\"made_at\":\"{written}\"", await api.ExportAsync("forecasts", "analyst=precise&format=ndjson"), StringComparison.Ordinal);
        Assert.Contains($"\"recorded_at\":\"{recorded}\"", await api.ExportAsync("forecasts", "analyst=precise&format=ndjson"), StringComparison.Ordinal);
        foreach (var type in new[] { "application/json", "application/x-ndjson", "text/csv" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/audit/events?question=w-bin&analyst=precise");
            request.Headers.Accept.ParseAdd(type);
            using var audited = await api.Owner.SendAsync(request);
            var text = await audited.Content.ReadAsStringAsync();
            Assert.Contains(recorded, text, StringComparison.Ordinal);
            Assert.Contains(written, text, StringComparison.Ordinal);
        }

        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z$", recorded);
    }

    private async Task TakeQuestionsAsync() => Assert.Equal(0, (
                await api.ImportAsync(
                    "questions",
                    """
                    question,title,type,opens_at,closes_at,range_min,range_max
                    w-bin,Does it?,binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z,,
                    w-num,How many?,numeric,2020-03-01T00:00:00Z,2020-04-01T00:00:00Z,-100,100

                    """
                )
            ).Counts().Refused);
}
