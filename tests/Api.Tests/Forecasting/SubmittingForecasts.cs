using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests.Forecasting;

/// <summary>Forecasts that are submitted, revised and withdrawn at the same time by many.</summary>
public sealed class SubmittingForecasts(ServedApi service) : IClassFixture<ServedApi>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static HttpRequestMessage Put(string slug, double probability, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/questions/{slug}/forecast")
        {
            Content = Body(FormattableString.Invariant($$"""{"probability":{{probability}}}""")),
        };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return request;
    }

    [Fact]
    public async Task Of_fifty_revisions_under_one_tag_exactly_one_is_recorded()
    {
        await service.OpenQuestionAsync("fifty");
        using var first = await service.Owner.SendAsync(Put("fifty", 0.5), Token);
        var tag = first.Headers.ETag!.ToString();

        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(i => service.Owner.SendAsync(Put("fifty", i / 100.0, tag), Token)));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.Equal(49, answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed));
        var history = await service.GetAsync("/questions/fifty/forecasts/owner");
        Assert.Equal(2, history.GetProperty("steps").GetArrayLength());
    }

    [Fact]
    public async Task Of_fifty_first_forecasts_that_expect_none_exactly_one_is_recorded()
    {
        await service.OpenQuestionAsync("first");
        var answers = await Task.WhenAll(
            Enumerable
                .Range(1, 50)
                .Select(i =>
                {
                    var request = Put("first", i / 100.0);
                    request.Headers.TryAddWithoutValidation("If-None-Match", "*");
                    return service.Owner.SendAsync(request, Token);
                })
        );

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(49, answers.Count(a => a.StatusCode == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Rights_that_were_taken_away_are_gone_from_the_next_forecast_on()
    {
        await service.OpenQuestionAsync("rights");
        var analyst = await service.AsAsync("brief", "analyst");
        using var allowed = await analyst.SendAsync(Put("rights", 0.5), Token);
        Assert.Equal(HttpStatusCode.Created, allowed.StatusCode);

        using var roles = await service.Owner.PutAsync(new Uri("/analysts/brief/roles", UriKind.Relative), Body("""{"roles":["auditor"]}"""), Token);
        await Json(roles, HttpStatusCode.OK);
        var before = await service.EventsAsync();
        using var refused = await analyst.SendAsync(Put("rights", 0.6), Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var again = await analyst.SendAsync(Put("rights", 0.6), Token);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Equal(before, await service.EventsAsync());

        using var back = await service.Owner.PutAsync(new Uri("/analysts/brief/roles", UriKind.Relative), Body("""{"roles":["analyst"]}"""), Token);
        await Json(back, HttpStatusCode.OK);
        using var allowedAgain = await analyst.SendAsync(Put("rights", 0.7), Token);
        Assert.Equal(HttpStatusCode.OK, allowedAgain.StatusCode);
    }

    [Fact]
    public async Task A_queue_that_is_full_answers_503_and_says_when_to_come_back()
    {
        await using var small = new SmallQueue();
        await small.InitializeAsync();
        await small.OpenQuestionAsync("held");
        var hold = await small.HoldAsync("select 1 from forecasts.mt_streams where id = 'question/held' for update");

        // While the question is held, what comes for it waits; what comes beyond the limit does not.
        var all = Enumerable.Range(0, 12).Select(_ => small.Owner.SendAsync(Put("held", 0.5), Token)).ToList();
        var busy = await Task.WhenAny(all);
        using (var answer = await busy)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal("urn:forecasts:problem:busy", (await Json(answer, HttpStatusCode.ServiceUnavailable)).GetProperty("type").GetString());
        }

        await hold.DisposeAsync();
        var rest = await Task.WhenAll(all);
        Assert.Contains(rest, a => a.IsSuccessStatusCode);
        Assert.Equal(
            rest.Count(a => a.IsSuccessStatusCode),
            await small.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'forecast/held/owner'")
        );
    }

    [Fact]
    public async Task Many_forecasts_are_answered_line_by_line_and_in_order()
    {
        var slugs = Enumerable.Range(0, 20).Select(i => $"line-{i}").ToList();
        foreach (var slug in slugs)
            await service.OpenQuestionAsync(slug);
        var lines = new StringBuilder();
        var expected = new List<(long Line, int Status)>();
        void Line(string text, int? status)
        {
            lines.Append(text).Append('\n');
            if (status is { } s)
                expected.Add((lines.ToString().Count(c => c == '\n'), s));
        }

        for (var round = 0; round < 30; round++)
        {
            foreach (var slug in slugs)
                Line(FormattableString.Invariant($$"""{"question":"{{slug}}","probability":{{(round + 1) / 100.0}}}"""), round == 0 ? 201 : 200);
            Line("", null);
            Line("""{"question":"no-such-question","probability":0.5}""", 404);
            Line("""{"question":"line-0","probability":1.5}""", 400);
            Line("""{"question":"line-0","probability":0.5,"unheardOf":1}""", 400);
            Line("""{"question":"line-0"}""", 400);
            Line("""{"probability":0.5}""", 400);
            Line("{not json", 400);
            Line("null", 400);
            Line("""{"question":"line-0","probability":0.5} {"question":"line-1","probability":0.5}""", 400);
        }

        Line($$"""{"question":"line-0","probability":0.5,"rationale":"{{new string('x', 1 << 20)}}"}""", 413);
        var answers = await PostAsync(service.Owner, lines.ToString());

        Assert.Equal(expected, answers.Select(a => (a.GetProperty("line").GetInt64(), a.GetProperty("status").GetInt32())));
        Assert.All(
            answers.Where(a => a.GetProperty("status").GetInt32() >= 400),
            a => Assert.NotEqual("", a.GetProperty("problem").GetProperty("detail").GetString())
        );
        Assert.All(
            answers.Where(a => a.GetProperty("status").GetInt32() == 400),
            a => Assert.Equal(JsonValueKind.Object, a.GetProperty("problem").GetProperty("errors").ValueKind)
        );
        foreach (var slug in slugs)
        {
            var steps = (await service.GetAsync($"/questions/{slug}/forecasts/owner"))
                .GetProperty("steps")
                .EnumerateArray()
                .Select(s => s.GetProperty("after").GetProperty("probability").GetDouble());
            Assert.Equal(Enumerable.Range(1, 30).Select(i => i / 100.0), steps);
        }
    }

    [Fact]
    public async Task The_answers_to_many_come_while_the_rest_is_still_being_sent()
    {
        await service.OpenQuestionAsync("streamed");
        // HttpClient sends a whole body before it reads; a raw connection shows that the service does not wait for that.
        using var client = new System.Net.Sockets.TcpClient();
        var address = service.Nobody.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port, Token);
        var stream = client.GetStream();
        var token = service.Owner.DefaultRequestHeaders.Authorization!.Parameter;
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /forecasts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: "
                    + "chunked\r\n\r\n"
            ),
            Token
        );
        using var reader = new StreamReader(stream);
        for (var i = 1; i <= 3; i++)
        {
            var line = $$"""{"question":"streamed","probability":0.{{i}}}""" + "\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{line.Length:x}\r\n{line}\r\n"), Token);
            string? answer;
            do
            {
                answer = await reader.ReadLineAsync(Token).AsTask().WaitAsync(Patience.Longest, Token);
            } while (answer?.StartsWith('{') != true);

            Assert.True(answer.Contains("\"version\"", StringComparison.Ordinal), answer);
            Assert.Equal(i, JsonDocument.Parse(answer).RootElement.GetProperty("version").GetInt32());
        }
    }

    [Fact]
    public async Task Many_forecasts_need_the_role_and_take_no_parameters()
    {
        var auditor = await service.AsAsync("only-auditor", "auditor");
        var before = await service.EventsAsync();
        using var forbidden = await auditor.PostAsync(new Uri("/forecasts", UriKind.Relative), Lines("""{"question":"x","probability":0.5}"""), Token);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var nobody = await service.Nobody.PostAsync(new Uri("/forecasts", UriKind.Relative), Lines("""{"question":"x","probability":0.5}"""), Token);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        using var parameter = await service.Owner.PostAsync(
            new Uri("/forecasts?dryRun=true", UriKind.Relative),
            Lines("""{"question":"x","probability":0.5}"""),
            Token
        );
        Assert.Equal(HttpStatusCode.BadRequest, parameter.StatusCode);
        Assert.Equal(before, await service.EventsAsync());
    }

    private sealed class SmallQueue : ServedApi
    {
        protected override IReadOnlyList<string> Settings => ["--Submissions:MostWaiting", "4"];
    }

    private static StringContent Lines(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson"));

    private static async Task<IReadOnlyList<JsonElement>> PostAsync(HttpClient client, string lines)
    {
        using var response = await client.PostAsync(new Uri("/forecasts", UriKind.Relative), Lines(lines), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        return
        [
            .. (await response.Content.ReadAsStringAsync(Token))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonDocument.Parse(l).RootElement.Clone()),
        ];
    }
}
