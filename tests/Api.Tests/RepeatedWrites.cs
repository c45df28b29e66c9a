using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Writes that are repeated under an Idempotency-Key have one effect and one answer.</summary>
public sealed class RepeatedWrites(ServedApi api) : IClassFixture<ServedApi>
{
    [Fact]
    public async Task Fifty_equal_keys_at_once_have_one_effect_and_one_answer()
    {
        await api.OpenQuestionAsync("fifty");
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => SendAsync(HttpMethod.Put, "/questions/fifty/forecast", key, """{"probability":0.5}"""))
        );

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.Status));
        Assert.Single(answers.Select(a => (a.Text, a.ETag, a.Location)).Distinct());
        Assert.Equal(49, answers.Count(a => a.Replayed));
        Assert.Equal(1, await ForecastEventsAsync("fifty"));
    }

    [Fact]
    public async Task Fifty_equal_keys_at_two_nodes_have_one_effect_and_one_answer()
    {
        await api.OpenQuestionAsync("nodes");
        await using var other = await api.AnotherNodeAsync();
        var key = Guid.NewGuid().ToString();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(i => SendAsync(HttpMethod.Put, "/questions/nodes/forecast", key, """{"probability":0.5}""", i % 2 == 0 ? api.Owner : other.Owner))
        );

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.Status));
        Assert.Single(answers.Select(a => a.Text).Distinct());
        Assert.Equal(1, await ForecastEventsAsync("nodes"));
    }

    [Fact]
    public async Task Fifty_revisions_at_one_version_change_it_once()
    {
        await api.OpenQuestionAsync("versions");
        var first = await SendAsync(HttpMethod.Put, "/questions/versions/forecast", null, """{"probability":0.5}""");
        var statuses = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(async i =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Put, "/questions/versions/forecast")
                    {
                        Content = Body($$"""{"probability":0.{{10 + i}}}"""),
                    };
                    request.Headers.TryAddWithoutValidation("If-Match", first.ETag);
                    using var response = await api.Owner.SendAsync(request);
                    return response.StatusCode;
                })
        );

        Assert.Single(statuses, s => s == HttpStatusCode.OK);
        Assert.All(statuses, s => Assert.Contains(s, new[] { HttpStatusCode.OK, HttpStatusCode.PreconditionFailed, HttpStatusCode.Conflict }));
        Assert.Equal(2, await ForecastEventsAsync("versions"));
    }

    [Fact]
    public async Task Fifty_registrations_of_one_name_at_once_register_it_once()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => SendAsync(HttpMethod.Post, "/analysts", null, """{"analyst":"twins","name":"Twins","roles":["analyst"]}"""))
        );

        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers, a => Assert.Contains(a.Status, new[] { HttpStatusCode.Created, HttpStatusCode.Conflict }));
        Assert.Equal(2, await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'analyst/twins'"));
    }

    [Fact]
    public async Task Fifty_confirmations_at_once_resolve_once()
    {
        var second = await api.AsAsync("second", "resolver");
        await api.OpenQuestionAsync("confirmed");
        await Proposed("confirmed");
        var proposal = (await api.GetAsync("/questions/confirmed")).GetProperty("proposal").GetProperty("id").GetGuid();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ => SendAsync(HttpMethod.Post, "/questions/confirmed/resolution/confirm", null, $$"""{"proposal":"{{proposal}}"}""", second))
        );

        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(answers, a => Assert.Contains(a.Status, new[] { HttpStatusCode.OK, HttpStatusCode.Conflict }));
        Assert.Equal(
            1,
            await api.ScalarAsync<long>("select count(*) from forecasts.mt_events where stream_id = 'question/confirmed' and type = 'question_resolved'")
        );
    }

    [Fact]
    public async Task Every_kind_of_write_is_answered_again_as_it_was()
    {
        await api.AsAsync("repeated", "analyst");
        var draft = $$"""
            {"slug":"again","title":"Will it?","resolutionCriteria":"Yes if it does.","type":"binary",
                "opensAt":"2026-01-01T00:00:00Z","closesAt":"2999-01-01T00:00:00Z","resolvesBy":"2999-02-01T00:00:00Z"}
            """;
        var known = $"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}";
        (HttpMethod Method, string Url, string? Body)[] writes =
        [
            (HttpMethod.Post, "/questions", draft),
            (HttpMethod.Post, "/questions/again/open", null),
            (HttpMethod.Post, "/questions/again/clarifications", """{"text":"By noon."}"""),
            (HttpMethod.Post, "/questions/again/evidence", """{"occurredAt":"2026-01-02T00:00:00Z","title":"Clouds","source":"A window"}"""),
            (HttpMethod.Post, "/questions/again/reschedule", """{"closesAt":"2998-01-01T00:00:00Z","reason":"Sooner."}"""),
            (HttpMethod.Put, "/questions/again/forecast", """{"probability":0.5}"""),
            (HttpMethod.Delete, "/questions/again/forecast", null),
            (HttpMethod.Post, "/questions/again/resolution", $$"""{"outcome":"yes","knownAt":"{{known}}","reason":"Seen.","evidence":["a gauge"]}"""),
            (HttpMethod.Put, "/analysts/repeated/roles", """{"roles":["analyst","auditor"]}"""),
            (HttpMethod.Post, "/analysts/repeated/tokens", "{}"),
            (HttpMethod.Post, "/analysts", """{"analyst":"once","name":"Once","roles":["analyst"]}"""),
        ];
        foreach (var (method, url, body) in writes)
        {
            var key = Guid.NewGuid().ToString();
            var first = await SendAsync(method, url, key, body);
            Assert.True((int)first.Status < 300 && !first.Replayed, $"{method} {url}: {first.Status} {first.Text}");
            var events = await api.EventsAsync();
            var second = await SendAsync(method, url, key, body);
            Assert.Equal(first with { Replayed = true }, second);
            Assert.Equal(events, await api.EventsAsync());
            var other = await SendAsync(method, url, key, """{"other":true}""");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
            Assert.Equal(events, await api.EventsAsync());
        }
    }

    [Fact]
    public async Task A_long_batch_that_was_cut_off_before_its_answer_was_kept_records_no_line_again()
    {
        await api.OpenQuestionAsync("long");
        var (key, body) = (Guid.NewGuid().ToString(), Lines("long", 250));
        var first = await SendAsync(HttpMethod.Post, "/forecasts", key, body);
        Assert.Equal((HttpStatusCode.OK, 250L), (first.Status, await ForecastEventsAsync("long")));

        // A crash between the last part and the answer as a whole leaves the parts.
        const string Whole = "select id from forecasts.kept_answers where parts = 3 order by answered_at desc limit 1";
        await api.ScalarAsync<byte[]>($"delete from forecasts.kept_answers where id = ({Whole}) returning id");
        var other = await SendAsync(HttpMethod.Post, "/forecasts", key, Lines("long", 249));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
        var again = await SendAsync(HttpMethod.Post, "/forecasts", key, body);
        Assert.Equal((first.Text, false, 250L), (again.Text, again.Replayed, await ForecastEventsAsync("long")));

        // Nor is one of the parts done again where another was not.
        await api.ScalarAsync<byte[]>($"delete from forecasts.kept_answers where id = ({Whole}) returning id");
        await api.ScalarAsync<byte[]>(
            "delete from forecasts.kept_answers where encode(body, 'escape') like '%\"line\":150,%' and encode(body, 'escape') like '%\"long\"%' returning id"
        );
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, "/forecasts", key, body)).Status);
        Assert.Equal(350, await ForecastEventsAsync("long"));
    }

    [Fact]
    public async Task An_answer_of_any_length_is_given_again_from_its_parts_and_not_where_one_of_them_was_erased()
    {
        await api.OpenQuestionAsync("wordy");
        // A line is answered with the question that it names: 6 MiB in three parts, and a forecast at either end.
        var unknown = new string('x', 30_000);
        var body = string.Concat(Enumerable.Range(0, 202).Select(i => $$"""{"question":"{{(i is 0 or 201 ? "wordy" : unknown)}}","probability":0.5}""" + "\n"));
        var key = Guid.NewGuid().ToString();
        var first = await SendAsync(HttpMethod.Post, "/forecasts", key, body);
        Assert.Equal((HttpStatusCode.OK, true, 2L), (first.Status, first.Text.Length > 6_000_000, await ForecastEventsAsync("wordy")));

        Assert.Equal(first with { Replayed = true }, await SendAsync(HttpMethod.Post, "/forecasts", key, body));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(HttpMethod.Post, "/forecasts", key, body + body)).Status);

        const string Part = "update forecasts.kept_answers set body = null where length(body) < 200000 and length(body) > 10000 returning id";
        await api.ScalarAsync<byte[]>(Part);
        var gone = await SendAsync(HttpMethod.Post, "/forecasts", key, body);
        Assert.Equal((HttpStatusCode.Conflict, true), (gone.Status, gone.Text.Contains("answer-not-kept", StringComparison.Ordinal)));

        // Nor is it done again where only its parts are left.
        await api.ScalarAsync<byte[]>("delete from forecasts.kept_answers where parts = 3 and status = 200 returning id");
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, "/forecasts", key, body)).Status);
        Assert.Equal(2, await ForecastEventsAsync("wordy"));
    }

    [Fact]
    public async Task Equal_batches_at_two_nodes_record_each_line_once()
    {
        await api.OpenQuestionAsync("batches");
        await using var other = await api.AnotherNodeAsync();
        var (key, body) = (Guid.NewGuid().ToString(), Lines("batches", 120));
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => SendAsync(HttpMethod.Post, "/forecasts", key, body, i % 2 == 0 ? api.Owner : other.Owner))
        );

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Single(answers.Select(a => a.Text).Distinct());
        Assert.Equal(120, await ForecastEventsAsync("batches"));
    }

    [Fact]
    public async Task A_refusal_by_the_state_is_repeated_and_an_invalid_request_is_not_held_against_its_key()
    {
        await api.OpenQuestionAsync("refused");
        var conflict = Guid.NewGuid().ToString();
        var first = await SendAsync(HttpMethod.Post, "/questions/refused/open", conflict, null);
        var second = await SendAsync(HttpMethod.Post, "/questions/refused/open", conflict, null);
        Assert.Equal((HttpStatusCode.Conflict, first.Text, true), (second.Status, second.Text, second.Replayed));

        var invalid = Guid.NewGuid().ToString();
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "/questions/refused/forecast", invalid, """{"probability":2}""")).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(HttpMethod.Put, "/questions/refused/forecast", invalid, """{"probability":0.2}""")).Status);
    }

    [Fact]
    public async Task The_same_key_of_another_person_or_on_another_thing_is_another_key()
    {
        await api.OpenQuestionAsync("mine");
        await api.OpenQuestionAsync("yours");
        var other = await api.AsAsync("other", "analyst");
        foreach (var (client, slug) in new[] { (api.Owner, "mine"), (api.Owner, "yours"), (other, "mine") })
        {
            Assert.Equal(
                HttpStatusCode.Created,
                (await SendAsync(HttpMethod.Put, $"/questions/{slug}/forecast", "one-key", """{"probability":0.5}""", client)).Status
            );
        }
    }

    [Fact]
    public async Task A_token_is_shown_again_to_who_asked_for_it_and_cannot_be_read_in_the_database()
    {
        var key = Guid.NewGuid().ToString();
        var first = await SendAsync(HttpMethod.Post, "/analysts", key, """{"analyst":"secret","name":"Secret","roles":["analyst"]}""");
        var token = JsonDocument.Parse(first.Text).RootElement.GetProperty("token").GetString()!;
        Assert.Equal(first.Text, (await SendAsync(HttpMethod.Post, "/analysts", key, """{"analyst":"secret","name":"Secret","roles":["analyst"]}""")).Text);
        Assert.True(await api.ScalarAsync<long>("select count(*) from forecasts.kept_answers") > 0);
        Assert.Equal(0, await api.ScalarAsync<long>($"select count(*) from forecasts.kept_answers where encode(body, 'escape') like '%{token}%'"));

        using var issued = await api.Owner.PostAsJsonAsync("/analysts/owner/tokens", new { });
        using var otherToken = api.Client((await Json(issued, HttpStatusCode.Created)).GetProperty("token").GetString()!);
        var elsewhere = await SendAsync(HttpMethod.Post, "/analysts", key, """{"analyst":"secret","name":"Secret","roles":["analyst"]}""", otherToken);
        Assert.Equal(HttpStatusCode.Conflict, elsewhere.Status);
        Assert.DoesNotContain(token, elsewhere.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("long")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        var answer = await SendAsync(HttpMethod.Put, "/questions/any/forecast", key == "long" ? new string('k', 201) : key, """{"probability":0.5}""");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Idempotency-Key", answer.Text, StringComparison.Ordinal);
    }

    private async Task Proposed(string slug)
    {
        var proposed = await SendAsync(
            HttpMethod.Post,
            $"/questions/{slug}/resolution",
            null,
            $$"""{"outcome":"yes","knownAt":"{{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ssZ}}","reason":"Seen.","evidence":["a gauge"]}"""
        );
        Assert.Equal(HttpStatusCode.OK, proposed.Status);
    }

    private static string Lines(string question, int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $$"""{"question":"{{question}}","probability":0.{{100 + i}}}""" + "\n"));

    private Task<long> ForecastEventsAsync(string slug) =>
        api.ScalarAsync<long>($"select count(*) from forecasts.mt_events where stream_id like 'forecast/{slug}/owner'");

    private async Task<Answered> SendAsync(HttpMethod method, string url, string? key, string? body, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body is null ? null : Body(body) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await (client ?? api.Owner).SendAsync(request);
        return new Answered(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString(),
            response.Headers.Contains("Idempotent-Replayed")
        );
    }

    private sealed record Answered(HttpStatusCode Status, string Text, string? ETag, string? Location, bool Replayed);
}
