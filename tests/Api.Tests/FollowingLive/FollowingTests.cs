using System.Net;
using System.Net.Http.Json;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Marten;
using Npgsql;
using Samples;
using static Api.Tests.RunningApi;

namespace Api.Tests.FollowingLive;

/// <summary>The live stream: what is told, to whom, in which words, and from where a reader goes on.</summary>
public sealed class FollowingTests : IAsyncLifetime
{
    private readonly LiveNodes _nodes = new("--Live:HeartbeatSeconds", "0.3");

    public ValueTask InitializeAsync() => _nodes.InitializeAsync();

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    [Fact]
    public async Task What_happens_to_a_question_is_told_in_the_words_of_the_API()
    {
        using var owner = _nodes.Owner;
        await using var live = await Follower.OpenAsync(owner);

        await OpenQuestionAsync(owner, "rain", "weather");
        using var stated = await owner.PutAsJsonAsync(
            "/questions/rain/forecast",
            new
            {
                term = "likely",
                scale = "phia",
                rationale = "Clouds.",
            }
        );
        await Json(stated, HttpStatusCode.Created);

        var told = await live.TakeAsync(3);
        Assert.Equal(["QuestionDrafted", "QuestionOpened", "ForecastSubmitted"], told.Select(e => e.Type));
        Assert.All(
            told,
            e =>
                Assert.Equal(
                    (e.Id, e.Type, "rain", "owner"),
                    (
                        e.Data.GetProperty("sequence").GetInt64(),
                        e.Data.GetProperty("type").GetString(),
                        e.Data.GetProperty("question").GetString(),
                        e.Data.GetProperty("actor").GetString()
                    )
                )
        );
        var forecast = told[2].Data;
        Assert.Equal("owner", forecast.GetProperty("analyst").GetString());
        Assert.Equal(
            (0.65, "likely", "Clouds."),
            (
                forecast.GetProperty("data").GetProperty("probability").GetDouble(),
                forecast.GetProperty("data").GetProperty("term").GetString(),
                forecast.GetProperty("data").GetProperty("rationale").GetString()
            )
        );
        var audited = (await owner.GetFromJsonAsync<System.Text.Json.JsonElement>("/audit/events?type=ForecastSubmitted")).GetProperty("items")[0];
        Assert.Equal(audited.GetProperty("eventId").GetGuid(), forecast.GetProperty("eventId").GetGuid());
    }

    [Fact]
    public async Task A_filter_lets_through_what_it_names_and_nothing_else()
    {
        using var owner = _nodes.Owner;
        await OpenQuestionAsync(owner, "rain", "weather");
        await OpenQuestionAsync(owner, "snow", "winter");
        await using var byQuestion = await Follower.OpenAsync(owner, "?question=snow");
        await using var byAnalyst = await Follower.OpenAsync(owner, "?analyst=ana&question=rain");
        await using var byTag = await Follower.OpenAsync(owner, "?tag=winter");
        await using var byType = await Follower.OpenAsync(owner, "?type=QuestionClosed,ForecastSubmitted");

        await _nodes.RecordAsync("rain", ["ana", "ben"]);
        await _nodes.RecordAsync("snow", ["ana"]);
        await Json(await owner.PostAsync("/questions/rain/clarifications", JsonContent.Create(new { text = "Or hail." })), HttpStatusCode.OK);
        await Json(await owner.PostAsync("/questions/rain/close", null), HttpStatusCode.OK);
        await Json(await owner.PostAsync("/questions/snow/close", null), HttpStatusCode.OK);
        await _nodes.RecordAsync("rain", ["end"]);
        await _nodes.RecordAsync("snow", ["end"]);

        Assert.Equal(["snow", "snow", "snow"], (await byQuestion.TakeAsync(3)).Select(Question));
        Assert.Equal("ana", (await byAnalyst.NextAsync())!.Data.GetProperty("analyst").GetString());
        Assert.Equal(["snow", "snow", "snow"], (await byTag.TakeAsync(3)).Select(Question));
        Assert.Equal(
            ["ForecastSubmitted", "ForecastSubmitted", "ForecastSubmitted", "QuestionClosed", "QuestionClosed", "ForecastSubmitted", "ForecastSubmitted"],
            (await byType.TakeAsync(7)).Select(e => e.Type)
        );
    }

    [Theory]
    [InlineData("?colour=red", null)]
    [InlineData("?type=TokenIssued", null)]
    [InlineData("?question=No%20Slug", null)]
    [InlineData("?lastEventId=abc", null)]
    [InlineData("?lastEventId=999999999", null)]
    [InlineData("", "-1")]
    public async Task What_cannot_be_understood_is_refused(string query, string? lastEventId)
    {
        using var owner = _nodes.Owner;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/live" + query);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Without_a_token_nobody_follows()
    {
        using var nobody = _nodes.Client(0, token: null);
        using var response = await nobody.GetAsync(new Uri("/live", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Where_following_is_public_everybody_follows_and_is_not_told_why_a_forecast_was_made()
    {
        await using var nodes = new LiveNodes("--Access:PublicLive", "true");
        await nodes.InitializeAsync();
        using var owner = nodes.Owner;
        using var nobody = nodes.Client(0, token: null);
        await using var live = await Follower.OpenAsync(nobody);
        await using var known = await Follower.OpenAsync(owner, "?type=ForecastSubmitted");
        await OpenQuestionAsync(owner, "rain", "weather");
        Assert.Equal("QuestionDrafted", (await live.NextAsync())!.Type);

        await nodes.RecordAsync("rain", ["ana"], rationale: "Clouds.");

        var told = await live.NextAsync();
        while (told is { Type: not "ForecastSubmitted" })
            told = await live.NextAsync();
        Assert.DoesNotContain("Clouds.", told!.Data.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("0.5", told.Data.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Clouds.", (await known.NextAsync())!.Data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_comes_back_goes_on_after_the_last_event_that_it_got_on_any_node()
    {
        using var owner = _nodes.Owner;
        await OpenQuestionAsync(owner, "rain", "weather");
        var second = await _nodes.StartNodeAsync();
        await using var whole = await Follower.OpenAsync(owner);
        string last;
        await using (var first = await Follower.OpenAsync(owner))
        {
            await _nodes.RecordAsync("rain", ["a1", "a2", "a3"]);
            await first.TakeAsync(2);
            last = first.LastEventId;
        }

        await _nodes.RecordAsync("rain", ["a4", "a5"]);
        using var elsewhere = _nodes.Client(second, _nodes.OwnerToken);
        await using var byHeader = await Follower.OpenAsync(elsewhere, "?lastEventId=1", last);
        await using var byQuery = await Follower.OpenAsync(owner, "?lastEventId=" + last);
        await _nodes.RecordAsync("rain", ["a6"]);

        var expected = (await whole.TakeAsync(6)).Skip(2).ToList();
        Assert.Equal(["a3", "a4", "a5", "a6"], expected.Select(e => e.Data.GetProperty("analyst").GetString()));
        Assert.Equal(expected.Select(e => e.Id), (await byHeader.TakeAsync(4)).Select(e => e.Id));
        Assert.Equal(expected.Select(e => e.Id), (await byQuery.TakeAsync(4)).Select(e => e.Id));
    }

    [Fact]
    public async Task A_fresh_reader_gets_what_comes_and_a_heartbeat_says_where_it_is()
    {
        using var owner = _nodes.Owner;
        await OpenQuestionAsync(owner, "rain", "weather");
        await _nodes.RecordAsync("rain", ["before"]);
        using var response = await owner.GetAsync(new Uri("/live?analyst=nobody", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        await _nodes.RecordAsync("rain", ["after"]);
        var last = await _nodes.Database.ScalarAsync<long>("select max(seq_id) from forecasts.mt_events");

        string? line;
        while ((line = await lines.ReadLineAsync().WaitAsync(Patience.Longest)) != $"id: {last}")
            Assert.NotNull(line);

        await using var live = await Follower.OpenAsync(owner);
        await _nodes.RecordAsync("rain", ["later"]);
        Assert.Equal("later", (await live.NextAsync())!.Data.GetProperty("analyst").GetString());
    }

    [Fact]
    public async Task An_event_whose_transaction_is_slow_is_told_before_those_that_overtook_it()
    {
        using var owner = _nodes.Owner;
        await OpenQuestionAsync(owner, "rain", "weather");
        await using var live = await Follower.OpenAsync(owner);
        await using var connection = new NpgsqlConnection(_nodes.Database.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var slow = _nodes.Store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction)))
        {
            slow.Events.StartStream<Forecast>(
                StreamKeys.Forecast(new QuestionSlug("rain"), new ForecasterName("slow")),
                new ForecastWithdrawn(new("rain"), new("slow"), Domain.People.ForecasterKind.Person, DateTimeOffset.UtcNow)
            );
            await slow.SaveChangesAsync();
        }

        await _nodes.RecordAsync("rain", ["quick"]);
        // Many looks long, the quick one must wait: its number is the higher one.
        var next = live.NextAsync();
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(1_000)));
        await transaction.CommitAsync();

        Assert.Equal("slow", (await next)!.Data.GetProperty("analyst").GetString());
        Assert.Equal("quick", (await live.NextAsync())!.Data.GetProperty("analyst").GetString());
    }

    [Fact]
    public async Task Numbers_that_were_rolled_back_hold_nobody_up()
    {
        using var owner = _nodes.Owner;
        await OpenQuestionAsync(owner, "rain", "weather");
        await using var live = await Follower.OpenAsync(owner);
        await _nodes.Database.ScalarAsync<long>("select nextval('forecasts.mt_events_sequence')");
        await _nodes.RecordAsync("rain", ["ana"]);
        Assert.Equal("ana", (await live.NextAsync())!.Data.GetProperty("analyst").GetString());
    }

    [Fact]
    public async Task A_revoked_token_ends_the_stream_and_says_so()
    {
        using var owner = _nodes.Owner;
        using var registered = await owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = "ana",
                name = "Ana",
                roles = new[] { "analyst" },
            }
        );
        var issued = await Json(registered, HttpStatusCode.Created);
        using var ana = _nodes.Client(0, issued.GetProperty("token").GetString());
        await using var live = await Follower.OpenAsync(ana);

        using var revoked = await owner.DeleteAsync(new Uri($"/analysts/ana/tokens/{issued.GetProperty("tokenId").GetString()}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);

        var last = await live.NextAsync();
        Assert.Equal("dropped", last!.Type);
        Assert.Contains("revoked", last.Data.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Null(await live.NextAsync());
    }

    [Fact]
    public async Task A_token_that_expires_ends_the_stream_at_its_expiry_however_much_comes()
    {
        await using var nodes = new LiveNodes("--Live:HeartbeatSeconds", "600");
        await nodes.InitializeAsync();
        using var owner = nodes.Owner;
        await OpenQuestionAsync(owner, "rain", "weather");
        var expiresAt = DateTimeOffset.UtcNow.AddSeconds(12);
        using var issued = await owner.PostAsJsonAsync("/analysts/owner/tokens", new { expiresAt });
        using var expiring = nodes.Client(0, (await Json(issued, HttpStatusCode.Created)).GetProperty("token").GetString());
        await using var busy = await Follower.OpenAsync(expiring);
        await using var idle = await Follower.OpenAsync(expiring, "?analyst=nobody");

        using var ended = new CancellationTokenSource();
        var recording = Task.Run(async () =>
        {
            for (var i = 0; !ended.IsCancellationRequested; i++)
                await nodes.RecordAsync("rain", [$"a{i}"]);
        });
        var told = new List<LiveItem>();
        while (await busy.NextAsync() is { } item)
            told.Add(item);
        Assert.Equal("dropped", (await idle.NextAsync())!.Type);
        await ended.CancelAsync();
        await recording;

        Assert.Equal("dropped", told[^1].Type);
        Assert.Contains("expired", told[^1].Data.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(told.Count > 2 && DateTimeOffset.UtcNow >= expiresAt, $"{told.Count} events came.");
        Assert.All(
            told[..^1],
            e => Assert.True(e.Data.GetProperty("recordedAt").GetDateTimeOffset() <= expiresAt, $"{e.Data} came to a token that had expired at {expiresAt:O}.")
        );
    }

    private static string Question(LiveItem item) => item.Data.GetProperty("question").GetString()!;

    internal static async Task OpenQuestionAsync(HttpClient owner, string slug, string tag)
    {
        using var drafted = await owner.PostAsJsonAsync(
            "/questions",
            new
            {
                slug,
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = DateTimeOffset.UtcNow.AddDays(-10),
                closesAt = DateTimeOffset.UtcNow.AddDays(10),
                resolvesBy = DateTimeOffset.UtcNow.AddDays(20),
                tags = new[] { tag },
            }
        );
        await Json(drafted, HttpStatusCode.Created);
        using var opened = await owner.PostAsync($"/questions/{slug}/open", null);
        await Json(opened, HttpStatusCode.OK);
    }
}
