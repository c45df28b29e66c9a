using System.Net;
using System.Text;
using static Api.Tests.RunningApi;

namespace Api.Tests.Importing;

/// <summary>Files and bodies are UTF-8; what is not is refused where it stands, and nothing of it is kept.</summary>
public sealed class EncodingTests(EmptyApi api) : IClassFixture<EmptyApi>
{
    private const string Header = "question,title,type,opens_at,closes_at\n";

    private static string Row(string slug, string title) => $"{slug},{title},binary,2020-01-01T00:00:00Z,2020-02-01T00:00:00Z\n";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_row_in_another_encoding_is_refused_with_its_line_and_the_others_are_taken(bool gzip)
    {
        var name = gzip ? "zip" : "plain";
        byte[] file =
        [
            .. Encoding.UTF8.GetPreamble(),
            .. Encoding.UTF8.GetBytes(Header + Row($"{name}-1", "Kündigt Zoë?")),
            .. Encoding.Latin1.GetBytes(Row($"{name}-2", "Kündigt Zoë?") + "\n" + Row($"{name}-3", "\"Zwei\nZeilen für Zoë\"")),
            .. Encoding.UTF8.GetBytes(Row($"{name}-4", "漢字 🙂")),
        ];
        var import = await api.ImportAsync("questions", file, gzip: gzip);

        Assert.Equal((4, 2, 2, 0), import.Counts());
        Assert.Equal(
            [(3L, "title", "The value is not UTF-8; save the file in UTF-8."), (5, "title", "The value is not UTF-8; save the file in UTF-8.")],
            import.Errors().Select(e => (e.Line, e.Field!, e.Reason))
        );
        Assert.Equal("Kündigt Zoë?", (await api.GetAsync($"/questions/{name}-1")).GetProperty("title").GetString());
        Assert.Equal("漢字 🙂", (await api.GetAsync($"/questions/{name}-4")).GetProperty("title").GetString());
        using var none = await api.Owner.GetAsync(new Uri($"/questions/{name}-2", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_line_of_ndjson_in_another_encoding_or_with_half_a_character_is_refused_too()
    {
        static string Line(string slug, string title) =>
            $$"""{"question":"{{slug}}","title":"{{title}}","type":"binary","opens_at":"2020-01-01T00:00:00Z","closes_at":"2020-02-01T00:00:00Z"}""" + "\n";
        byte[] file =
        [
            .. Encoding.Latin1.GetBytes(Line("nd-1", "Zoë")),
            .. Encoding.UTF8.GetBytes(Line("nd-2", "Zoë") + Line("nd-3", "\\ud83d!") + Line("nd-4", "\\ud83d\\ude42")),
        ];
        var import = await api.ImportAsync("questions", file, "application/x-ndjson");

        Assert.Equal([1L, 3], import.Errors().Select(e => e.Line));
        Assert.Equal((4, 2, 2, 0), import.Counts());
        Assert.Equal("🙂", (await api.GetAsync("/questions/nd-4")).GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-32", true)]
    public async Task A_file_in_utf_16_is_refused_at_once(string encoding, bool marked)
    {
        var e = Encoding.GetEncoding(encoding);
        using var response = await api.SendAsync(
            "questions",
            [.. marked ? e.GetPreamble() : [], .. e.GetBytes(Header + Row("wide-1", "T"))],
            "text/csv",
            false
        );
        Assert.Contains("UTF-8", (await Json(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Questions", "There is no column")]
    [InlineData("question,question", "named twice")]
    [InlineData("question,,title", "has no name")]
    [InlineData("quest\u00efon", "not UTF-8", true)]
    public async Task A_header_that_cannot_be_read_is_refused_at_once(string header, string says, bool latin = false)
    {
        using var response = await api.SendAsync(
            "questions",
            (latin ? Encoding.Latin1 : Encoding.UTF8).GetBytes(header + ",title,type,opens_at,closes_at\nq\n"),
            "text/csv",
            false
        );
        Assert.Contains(says, (await Json(response, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"question":"form-1","title":["a","b"]}""", "title")]
    [InlineData("""{"question":"form-1","title":{"a":1}}""", "title")]
    [InlineData("""{"question":"form-1","tags":[1,2]}""", "tags")]
    [InlineData("""{"question":"form-1","title":"a","title":"b"}""", "title")]
    public async Task A_field_of_ndjson_has_the_form_of_its_column_and_stands_once(string line, string field)
    {
        var import = await api.ImportAsync("questions", line + "\n", "application/x-ndjson");
        Assert.Equal(field, Assert.Single(import.Errors()).Field);
    }

    [Theory]
    [InlineData("{\"text\":\"Zo\u00eb\"}")]
    [InlineData("{\"Zo\u00eb\":\"text\"}")]
    [InlineData("{\"text\":\"\\ud83d\"}")]
    public async Task A_body_that_is_not_utf_8_is_refused(string body)
    {
        var slug = $"body-{Guid.NewGuid():n}";
        await api.OpenQuestionAsync(slug);
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.ContentType = new("application/json");
        using var response = await api.Owner.PostAsync(new Uri($"/questions/{slug}/clarifications", UriKind.Relative), content);
        await Json(response, HttpStatusCode.BadRequest);
        Assert.Empty((await api.GetAsync($"/questions/{slug}")).GetProperty("clarifications").EnumerateArray());
    }
}
