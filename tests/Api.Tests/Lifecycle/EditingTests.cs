using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Api.Tests.Importing;
using Api.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;
using static Api.Tests.RunningApi;

namespace Api.Tests.Lifecycle;

/// <summary>Questions are edited, and drafts are dropped, and every road tells of it truly.</summary>
public sealed class EditingTests(EditingTests.Quiet api) : IClassFixture<EditingTests.Quiet>
{
    /// <summary>A service without the catalogue.</summary>
    public sealed class Quiet : RunningApi
    {
        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];
    }

    private static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Title(JsonElement question) => question.Text("title");

    private static string[] Slugs(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(q => q.Text("slug"))];

    private Task<(HttpStatusCode Status, JsonElement Answer)> EditAsync(string slug, object body, HttpClient? by = null, string? ifMatch = null) =>
        (by ?? api.Owner).CommandAsync($"/questions/{slug}", body, HttpMethod.Patch, ifMatch);

    [Fact]
    public async Task An_edit_keeps_what_stood_before_and_lists_pages_and_the_past_tell_of_it()
    {
        await api.OpenQuestionAsync(
            "gulls",
            new
            {
                title = "Will the gulls come?",
                tags = new[] { "birds" },
                group = "shore",
            }
        );
        var before = Now();
        var body = new
        {
            title = "Will the terns come?",
            background = "They came in 2019.",
            tags = new[] { "terns", "birds" },
            group = (string?)null,
        };

        var (status, edited) = await EditAsync("gulls", body, ifMatch: "\"2\"");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("Will the terns come?", "They came in 2019.", 3), (Title(edited), edited.Text("background"), edited.GetProperty("version").GetInt32()));
        Assert.False(edited.TryGetProperty("group", out _));
        Assert.Equal(edited.ToString(), (await api.GetAsync("/questions/gulls")).ToString());

        const string was = """{"title":"Will the gulls come?","background":"","tags":["birds"],"group":"shore"}""";
        const string isNow = """{"title":"Will the terns come?","background":"They came in 2019.","tags":["terns","birds"]}""";
        var recorded = (await api.GetAsync("/audit/events?question=gulls&type=QuestionEdited")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal((was, isNow), Sides(recorded.GetProperty("data")));
        var step = (await api.GetAsync("/questions/gulls/edits")).GetProperty("steps").EnumerateArray().Single();
        Assert.Equal((was, isNow), Sides(step));
        Assert.Equal(("owner", recorded.Text("eventId")), (step.Text("actor"), step.Text("eventId")));

        Assert.Equal(["gulls"], Slugs(await api.GetAsync("/questions?tag=terns")));
        Assert.Equal(["gulls"], Slugs(await api.GetAsync("/questions?q=terns%20come")));
        Assert.Empty(Slugs(await api.GetAsync("/questions?q=gulls%20come")));
        Assert.Empty(Slugs(await api.GetAsync("/questions?group=shore")));
        foreach (var then in new[] { $"asOf={before}", $"knownAt={before}" })
        {
            Assert.Equal("Will the gulls come?", Title(await api.GetAsync($"/questions/gulls?{then}")));
            Assert.Equal(["gulls"], Slugs(await api.GetAsync($"/questions?{then}&group=shore&tag=birds&q=gulls%20come&status=open")));
            Assert.Empty(Slugs(await api.GetAsync($"/questions?{then}&tag=terns")));
            Assert.Empty(Slugs(await api.GetAsync($"/questions?{then}&q=terns")));
        }

        Assert.Contains("Will the gulls come?", await ExportAsync($"/exports/questions.csv?tag=birds&knownAt={before}"), StringComparison.Ordinal);
        Assert.DoesNotContain("gulls", await ExportAsync($"/exports/questions.csv?tag=terns&knownAt={before}"), StringComparison.Ordinal);
        Assert.Contains("Will the terns come?", await ExportAsync("/exports/questions.csv?tag=terns"), StringComparison.Ordinal);

        foreach (
            var (language, sentence) in new[]
            {
                ("en", "title: “Will the gulls come?” became “Will the terns come?”"),
                ("ko", "제목: “Will the gulls come?” 대신 “Will the terns come?”"),
            }
        )
        {
            using var browser = new Browser(api, language).As(api.Owner);
            Assert.Contains(sentence, Browser.Words(await browser.PageAsync("/questions/gulls")), StringComparison.Ordinal);
            Assert.Contains(sentence, Browser.Words(await browser.PageAsync("/questions/gulls/dossier")), StringComparison.Ordinal);
            Assert.DoesNotContain("terns", await browser.PageAsync($"/questions/gulls?asOf={before}"), StringComparison.Ordinal);
        }

        static (string, string) Sides(JsonElement edit) => (edit.GetProperty("before").GetRawText(), edit.GetProperty("after").GetRawText());
    }

    [Fact]
    public async Task What_was_opened_keeps_everything_but_title_background_tags_and_group_in_every_status()
    {
        var open = await api.WithOpenQuestionAsync();
        var closed = await api.WithOpenQuestionAsync();
        await api.Owner.DoAsync($"{closed.Url}/close");
        var proposed = await api.WithProposedOutcomeAsync();
        var resolved = await api.WithResolvedQuestionAsync();
        var annulled = await api.WithOpenQuestionAsync();
        var annulment = new
        {
            reason = "Void.",
            knownAt = DateTimeOffset.UtcNow,
            evidence = Array.Empty<string>(),
        };
        await api.Owner.DoAsync($"{annulled.Url}/resolution/annul", annulment);
        await annulled.Resolver.ConfirmAsync(annulled.Slug);
        var fixedFields = new Dictionary<string, object?>
        {
            ["resolutionCriteria"] = "Other.",
            ["type"] = "numeric",
            ["options"] = new[] { "a", "b" },
            ["range"] = new { min = 0, max = 1 },
            ["unit"] = "m",
            ["opensAt"] = "2020-01-01",
            ["closesAt"] = "2040-01-01",
            ["resolvesBy"] = "2050-01-01",
            ["spotAt"] = "2030-01-01",
            ["source"] = new { document = "d", locator = "l" },
            ["condition"] = new { question = open.Slug, outcome = "yes" },
            ["statusQuo"] = "yes",
        };
        foreach (var question in new[] { open, closed, proposed, resolved, annulled })
        {
            var (before, events) = (await question.ReadAsync(), await api.EventsAsync());
            foreach (var (field, value) in fixedFields)
            {
                var (status, refused) = await EditAsync(question.Slug, new Dictionary<string, object?> { ["title"] = "Is it?", [field] = value });
                Assert.Equal((HttpStatusCode.Conflict, true), (status, refused.Text("detail").Contains($"'{field}'", StringComparison.Ordinal)));
            }

            Assert.Equal((before.ToString(), events), ((await question.ReadAsync()).ToString(), await api.EventsAsync()));
            var (edited, answer) = await EditAsync(
                question.Slug,
                new
                {
                    title = "Is it?",
                    background = "b",
                    tags = new[] { "t" },
                    group = "g",
                    unit = "",
                }
            );
            Assert.Equal((HttpStatusCode.OK, "Is it?", before.Text("status")), (edited, Title(answer), answer.Text("status")));
        }
    }

    [Fact]
    public async Task A_draft_is_edited_in_everything_but_its_slug()
    {
        await api.OpenQuestionAsync("cause-of-draft");
        await api.DraftQuestionAsync("draft-1");
        var asDrafted = await api.GetAsync("/questions/draft-1");
        var all = new
        {
            title = "When?",
            background = "Long.",
            resolutionCriteria = "By the log.",
            type = "date",
            range = new
            {
                min = "2030-01-01",
                max = "2031-01-01",
                open = new[] { "upper" },
            },
            unit = "days",
            opensAt = "2029-01-01",
            closesAt = "2030-01-01",
            resolvesBy = "2031-01-01",
            spotAt = "2029-06-01",
            tags = new[] { "a" },
            source = new { document = "d", locator = "l" },
            condition = new { question = "cause-of-draft", outcome = "yes" },
            group = "g",
            statusQuo = "2030-06-01",
        };
        var (status, edited) = await EditAsync("draft-1", all);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ("date", "2030-01-01", "2029-06-01T00:00:00Z", "l"),
            (edited.Text("type"), edited.GetProperty("range").Text("min"), edited.Text("spotAt"), edited.GetProperty("source").Text("locator"))
        );
        Assert.False(edited.TryGetProperty("options", out _));
        var back = new Dictionary<string, object?>
        {
            ["type"] = "binary",
            ["title"] = Title(asDrafted),
            ["resolutionCriteria"] = "Yes if it does.",
        };
        foreach (var cleared in new[] { "background", "unit", "spotAt", "tags", "source", "condition", "group", "statusQuo" })
            back[cleared] = null;
        foreach (var at in new[] { "opensAt", "closesAt", "resolvesBy" })
            back[at] = asDrafted.Text(at);
        var (_, again) = await EditAsync("draft-1", back);
        Assert.Equal(asDrafted.ToString().Replace("\"version\":1", "\"version\":3", StringComparison.Ordinal), again.ToString());

        foreach (
            var (body, field) in new (object, string)[]
            {
                (new { slug = "other" }, "slug"),
                (new { colour = "red" }, "colour"),
                (new { title = (string?)null }, "title"),
                (new { closesAt = (string?)null }, "closesAt"),
                (new { type = "multipleChoice" }, "options"),
                (new { type = "numeric" }, "range"),
                (new { options = new[] { "a", "b" } }, "options"),
                (new { opensAt = "2999-01-01" }, "closesAt"),
                (new { condition = new { question = "nowhere", outcome = "yes" } }, "condition"),
                (new { condition = new { question = "cause-of-draft", outcome = "maybe" } }, "condition"),
                (new { condition = new { question = "draft-1", outcome = "yes" } }, "condition"),
                (new { spotAt = "1999-01-01" }, "spotAt"),
                (new { range = new { min = 0, max = 1 } }, "range"),
                (new { tags = new[] { "" } }, "tags"),
            }
        )
        {
            var (refused, problem) = await EditAsync("draft-1", body);
            Assert.True(refused == HttpStatusCode.BadRequest && problem.GetProperty("errors").TryGetProperty(field, out _), $"{field}: {refused} {problem}");
        }

        Assert.Equal(again.ToString(), (await api.GetAsync("/questions/draft-1")).ToString());
    }

    [Fact]
    public async Task Conditions_never_lead_back_and_an_outcome_that_is_asked_for_stays()
    {
        await api.DraftQuestionAsync("ring-1");
        var on = JsonSerializer.SerializeToElement(new { question = "ring-1", outcome = "yes" });
        await api.DraftQuestionAsync("ring-2", new() { ["condition"] = on });

        var (back, detail) = await EditAsync("ring-1", new { condition = new { question = "ring-2", outcome = "yes" } });
        Assert.Equal((HttpStatusCode.BadRequest, true), (back, detail.Text("detail").Contains("'ring-2'", StringComparison.Ordinal)));
        var (lost, which) = await EditAsync("ring-1", new { type = "multipleChoice", options = new[] { "soon", "late" } });
        Assert.Equal((HttpStatusCode.Conflict, true), (lost, which.Text("detail").Contains("'ring-2'", StringComparison.Ordinal)));
        var (dropped, _) = await api.Owner.CommandAsync("/questions/ring-1", method: HttpMethod.Delete);
        Assert.Equal(HttpStatusCode.Conflict, dropped);
        await EditAsync("ring-2", new { condition = (object?)null });
        Assert.Equal(HttpStatusCode.OK, (await EditAsync("ring-1", new { condition = new { question = "ring-2", outcome = "yes" } })).Status);
    }

    [Fact]
    public async Task An_edit_takes_what_every_write_takes()
    {
        await api.OpenQuestionAsync("manners");
        using var analyst = await api.AsAsync("manners-analyst", "analyst", "resolver");
        Assert.Equal(HttpStatusCode.Forbidden, (await EditAsync("manners", new { title = "Is it?" }, analyst)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await analyst.CommandAsync("/questions/manners", method: HttpMethod.Delete)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await EditAsync("nobody-asked", new { title = "Is it?" })).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await EditAsync("manners", new { title = "Is it?" }, ifMatch: "\"1\"")).Status);
        foreach (var nothing in new object[] { new { }, new { title = "Will it?", tags = Array.Empty<string>() } })
        {
            var (status, same) = await EditAsync("manners", nothing);
            Assert.Equal((HttpStatusCode.OK, 2), (status, same.GetProperty("version").GetInt32()));
        }

        var first = await KeyedAsync("""{"title":"Is it?","tags":["keyed"]}""");
        var second = await KeyedAsync("""{"title":"Is it?","tags":["keyed"]}""");
        Assert.Equal((HttpStatusCode.OK, "\"3\"", first.Body), (second.Status, second.Tag, second.Body));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await KeyedAsync("""{"title":"Was it?"}""")).Status);
        Assert.Equal(1, await api.CountAsync("manners", "QuestionEdited"));

        async Task<(HttpStatusCode Status, string? Tag, string Body)> KeyedAsync(string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, "/questions/manners")
            {
                Content = RunningApi.Body(body),
                Headers = { { "Idempotency-Key", "edit-1" } },
            };
            using var response = await api.Owner.SendAsync(request);
            return (response.StatusCode, response.Headers.ETag?.ToString(), await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_forecast_is_read_by_the_options_that_were_opened()
    {
        var options = JsonSerializer.SerializeToElement(new[] { "red", "blue" });
        await api.DraftQuestionAsync("turned", new() { ["type"] = JsonSerializer.SerializeToElement("multipleChoice"), ["options"] = options });
        var forecast = new { probabilities = new { red = 0.9, blue = 0.1 } };
        Assert.Equal(HttpStatusCode.Conflict, (await api.Owner.CommandAsync("/questions/turned/forecast", forecast, HttpMethod.Put)).Status);
        await EditAsync("turned", new { options = new[] { "blue", "red" } });
        await api.Owner.DoAsync("/questions/turned/open");
        await api.Owner.DoAsync("/questions/turned/forecast", forecast, HttpMethod.Put);

        var stands = (await api.GetAsync("/questions/turned/forecasts")).GetProperty("items")[0].GetProperty("probabilities");
        Assert.Equal((0.9, 0.1), (stands.GetProperty("red").GetDouble(), stands.GetProperty("blue").GetDouble()));
    }

    [Fact]
    public async Task Boards_go_by_the_tags_of_their_instant_and_no_score_changes()
    {
        var question = await api.WithOpenQuestionAsync(new { tags = new[] { "old-tag" }, group = "old-group" });
        await api.Owner.DoAsync($"{question.Url}/forecast", new { probability = 0.7 }, HttpMethod.Put);
        await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome("yes"));
        await question.Resolver.ConfirmAsync(question.Slug);
        await api.SettledAsync();
        var (scores, own, edit) = (await api.GetAsync($"{question.Url}/scores"), await OwnAsync(), Now());
        Assert.Equal((1, 0), (await BoardAsync("old-tag"), await BoardAsync("new-tag")));
        using var page = await api.Owner.GetAsync("/analysts/owner/calibration?tag=new-tag");

        await EditAsync(
            question.Slug,
            new
            {
                title = "Did it?",
                tags = new[] { "new-tag" },
                group = "new-group",
            }
        );
        await api.SettledAsync();

        Assert.Equal(scores.ToString(), (await api.GetAsync($"{question.Url}/scores")).ToString());
        Assert.Equal((0, 1), (await BoardAsync("old-tag"), await BoardAsync("new-tag")));
        foreach (var then in new[] { $"&asOf={edit}", $"&knownAt={edit}" })
            Assert.Equal((1, 0), (await BoardAsync("old-tag", then), await BoardAsync("new-tag", then)));
        var after = await OwnAsync();
        Assert.Equal(("new-tag", "new-group"), (after.GetProperty("tags")[0].GetString(), after.Text("group")));
        Assert.Equal(own.GetProperty("scores").ToString(), after.GetProperty("scores").ToString());
        using var later = await api.Owner.GetAsync("/analysts/owner/calibration?tag=new-tag");
        Assert.NotEqual(page.Headers.ETag, later.Headers.ETag);

        async Task<int> BoardAsync(string tag, string then = "") =>
            (await api.GetAsync($"/analysts/owner/scores?tag={tag}{then}")).GetProperty("items").GetArrayLength();

        async Task<JsonElement> OwnAsync() =>
            (await api.GetAsync("/analysts/owner/scores?limit=500")).GetProperty("items").EnumerateArray().Single(i => i.Text("question") == question.Slug);
    }

    [Fact]
    public async Task A_base_rate_counts_the_tags_from_the_next_scoring_on_and_explains_earlier_ones_as_they_were()
    {
        var first = await ResolvedAsync();
        var second = await ResolvedAsync();
        var before = await ExplainedAsync();
        Assert.Equal(2, Intervals(before));

        await EditAsync(first.Slug, new { tags = new[] { "elsewhere" } });
        Assert.Equal(before.ToString(), (await ExplainedAsync()).ToString());

        await second.Resolver.DoAsync($"{second.Url}/resolution/correct", Asking.Outcome("no"));
        await api.Owner.ConfirmAsync(second.Slug);
        await api.EventuallyAsync($"{second.Url}/scores", s => s.GetProperty("generation").GetInt32() == 2);
        Assert.Equal(1, Intervals(await ExplainedAsync()));
        Assert.Equal(before.ToString(), (await ExplainedAsync("&generation=1")).ToString());

        async Task<QuestionInState> ResolvedAsync()
        {
            var question = await api.WithOpenQuestionAsync(new { tags = new[] { "rated" } });
            await api.Owner.DoAsync($"{question.Url}/forecast", new { probability = 0.7 }, HttpMethod.Put);
            await api.Owner.DoAsync($"{question.Url}/resolution", Asking.Outcome("yes"));
            await question.Resolver.ConfirmAsync(question.Slug);
            await api.SettledAsync();
            return question;
        }

        Task<JsonElement> ExplainedAsync(string which = "") =>
            api.GetAsync($"{second.Url}/scores/reference:base-rate/explanation?score=brier.timeAveraged{which}");

        static int Intervals(JsonElement explained) =>
            explained.GetProperty("scores").GetProperty("brier.timeAveraged").GetProperty("intervals").GetArrayLength();
    }

    [Fact]
    public async Task The_edits_of_a_question_come_in_pages_and_its_pages_show_the_last_of_them()
    {
        await api.DraftQuestionAsync("often", new() { ["type"] = JsonSerializer.SerializeToElement("binary") });
        await EditAsync("often", new { type = "numeric", range = new { min = 0, max = 10 } });
        await EditAsync("often", new { type = "date", range = new { min = "2026-01-01", max = "2026-12-31" } });
        for (var i = 1; i <= 21; i++)
            Assert.Equal(HttpStatusCode.OK, (await EditAsync("often", new { title = $"Title {i}" })).Status);
        var all = await api.GetAsync("/questions/often/edits");
        string[] steps = [.. Steps(all).Select(s => s.GetRawText())];
        Assert.Equal((23, 23, false), (all.GetProperty("count").GetInt32(), steps.Length, all.TryGetProperty("next", out _)));
        // A range is written by the type of then.
        Assert.Equal(10, Steps(all)[0].GetProperty("after").GetProperty("range").GetProperty("max").GetInt32());
        Assert.Equal(10, Steps(all)[1].GetProperty("before").GetProperty("range").GetProperty("max").GetInt32());
        Assert.StartsWith("2026-12-31", Steps(all)[1].GetProperty("after").GetProperty("range").Text("max"), StringComparison.Ordinal);

        foreach (var (order, expected) in new[] { ("first", steps), ("latest", steps.Reverse().ToArray()) })
        {
            var (read, cursor) = (new List<string>(), "");
            do
            {
                var page = await api.GetAsync($"/questions/often/edits?order={order}&limit=5{cursor}");
                Assert.True(Steps(page).Length is > 0 and <= 5);
                read.AddRange(Steps(page).Select(s => s.GetRawText()));
                cursor = page.TryGetProperty("next", out var next) ? $"&cursor={next.GetString()}" : null;
            } while (cursor is not null);
            Assert.Equal(expected, read);
        }

        var then = Uri.EscapeDataString(Steps(all)[4].Text("recordedAt"));
        var known = await api.GetAsync($"/questions/often/edits?order=latest&limit=2&knownAt={then}");
        Assert.Equal((5, steps[4]), (known.GetProperty("count").GetInt32(), Steps(known)[0].GetRawText()));
        foreach (var query in new[] { "order=last", "limit=501", "cursor=abc", "knownAt=then" })
            Assert.Equal(HttpStatusCode.BadRequest, (await api.Owner.CommandAsync($"/questions/often/edits?{query}", method: HttpMethod.Get)).Status);

        using var browser = new Browser(api, "en").As(api.Owner);
        foreach (var (page, shown) in new[] { ("/questions/often", 10), ("/questions/often/dossier", 20) })
        {
            var words = Browser.Words(await browser.PageAsync(page));
            Assert.Contains("Edited 23 times", words, StringComparison.Ordinal);
            Assert.Contains($"Shown are the last {shown}.", words, StringComparison.Ordinal);
            Assert.Equal(shown, Enumerable.Range(0, 23).Count(i => words.Contains($"became “Title {i}”", StringComparison.Ordinal)));
            Assert.Contains("became “Title 21”", words, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Shown are", Browser.Words(await browser.PageAsync($"/questions/often?knownAt={then}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_long_edits_ends_before_its_limit()
    {
        await api.OpenQuestionAsync("lengthy");
        for (var i = 0; i < 40; i++)
            Assert.Equal(HttpStatusCode.OK, (await EditAsync("lengthy", new { background = new string((char)('a' + (i % 26)), 20_000) })).Status);

        var first = await api.GetAsync("/questions/lengthy/edits?limit=500");
        var second = await api.GetAsync($"/questions/lengthy/edits?limit=500&cursor={first.Text("next")}");

        Assert.InRange(first.GetRawText().Length, 1 << 20, (1 << 20) + 60_000);
        Assert.Equal((40, 40), (Steps(first).Length + Steps(second).Length, second.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task While_scores_are_made_an_edit_of_tags_is_told_to_come_again_and_holds_up_no_other_write()
    {
        var question = await api.WithOpenQuestionAsync(new { tags = new[] { "held" } });
        await api.Owner.SettleAsync(question.Resolver, question.Slug, Asking.Outcome("yes"));
        await api.SettledAsync();
        var open = await api.WithOpenQuestionAsync();
        var database = api.Services.GetRequiredService<Npgsql.NpgsqlDataSource>();
        Task<(HttpStatusCode Status, JsonElement Answer, string? After)>[] edits;
        await using (await Store.Scoring.ScoringTurn.WaitAsync(database, TestContext.Current.CancellationToken))
        {
            edits = [.. Enumerable.Range(0, 16).Select(i => KeyedAsync(HttpMethod.Patch, question.Url, $"edit-{i}", new { tags = new[] { $"held-{i}" } }))];
            // It has a key as well, and takes one of the places that the edits may all have taken.
            var forecast = await KeyedAsync(HttpMethod.Put, $"{open.Url}/forecast", "beside", new { probability = 0.5 });
            Assert.Equal(HttpStatusCode.Created, forecast.Status);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await EditAsync(question.Slug, new { tags = new[] { "unkeyed" } })).Status);
            foreach (var edit in edits)
            {
                var (status, answer, after) = await edit;
                Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (status, after));
                Assert.Contains("Scores rest on the tags", answer.Text("detail"), StringComparison.Ordinal);
            }

            Assert.Equal(HttpStatusCode.OK, (await EditAsync(question.Slug, new { title = "Held?" })).Status);
        }

        Assert.Equal("held", (await api.GetAsync(question.Url)).GetProperty("tags")[0].GetString());
        Assert.Equal(HttpStatusCode.OK, (await KeyedAsync(HttpMethod.Patch, question.Url, "edit-0", new { tags = new[] { "held-0" } })).Status);
        Assert.Equal("held-0", (await api.GetAsync(question.Url)).GetProperty("tags")[0].GetString());

        async Task<(HttpStatusCode Status, JsonElement Answer, string? After)> KeyedAsync(HttpMethod method, string url, string key, object body)
        {
            using var request = new HttpRequestMessage(method, url) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", $"{question.Slug}-{key}");
            using var response = await api.Owner.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(), response.Headers.RetryAfter?.ToString());
        }
    }

    private static JsonElement[] Steps(JsonElement edits) => [.. edits.GetProperty("steps").EnumerateArray()];

    [Fact]
    public async Task An_imported_question_is_edited_too_and_its_file_imports_again()
    {
        const string file = "question,title,type,opens_at,closes_at,tags\nfiled-1,Will it sink?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z,sea\n";
        Assert.Equal((1, 1, 0, 0), (await api.ImportAsync("questions", file)).Counts());
        Assert.Equal(HttpStatusCode.OK, (await EditAsync("filed-1", new { title = "Will it float?", group = "ships" })).Status);

        Assert.Equal((1, 1, 0, 1), (await api.ImportAsync("questions", file)).Counts());
        var exported = await ExportAsync("/exports/questions.csv?question=filed-1");
        Assert.Contains("Will it float?", exported, StringComparison.Ordinal);
        Assert.Equal((1, 1, 0, 1), (await api.ImportAsync("questions", exported)).Counts());
        var other = await api.ImportAsync("questions", file.Replace("sink", "rise", StringComparison.Ordinal));
        Assert.Equal("title", other.Errors().Single().Field);
        Assert.Equal("Will it float?", Title(await api.GetAsync("/questions/filed-1")));
    }

    [Fact]
    public async Task A_dropped_draft_is_gone_but_for_the_past_and_its_slug_is_not_given_out_again()
    {
        await api.DraftQuestionAsync("gone-1", new() { ["tags"] = JsonSerializer.SerializeToElement(new[] { "gone" }) });
        var before = Now();
        var (stale, _) = await api.Owner.CommandAsync("/questions/gone-1", method: HttpMethod.Delete, ifMatch: "\"7\"");
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale);

        var (dropped, _) = await api.Owner.CommandAsync("/questions/gone-1", method: HttpMethod.Delete, ifMatch: "\"1\"");

        Assert.Equal(HttpStatusCode.NoContent, dropped);
        foreach (var url in new[] { "/questions/gone-1", "/questions/gone-1/edits", "/questions/gone-1/forecasts", $"/questions/gone-1?asOf={Now()}" })
            Assert.Equal(HttpStatusCode.NotFound, (await api.Owner.CommandAsync(url, method: HttpMethod.Get)).Status);
        Assert.Empty(Slugs(await api.GetAsync("/questions?tag=gone")));
        Assert.DoesNotContain("gone-1", await ExportAsync("/exports/questions.csv"), StringComparison.Ordinal);
        foreach (var then in new[] { $"asOf={before}", $"knownAt={before}" })
        {
            Assert.Equal("draft", (await api.GetAsync($"/questions/gone-1?{then}")).Text("status"));
            Assert.Equal(["gone-1"], Slugs(await api.GetAsync($"/questions?tag=gone&{then}")));
        }

        Assert.Contains("gone-1", await ExportAsync($"/exports/questions.csv?tag=gone&knownAt={before}"), StringComparison.Ordinal);
        Assert.Equal(1, await api.CountAsync("gone-1", "DraftDropped"));
        var (again, taken) = await api.Owner.CommandAsync(
            "/questions",
            new
            {
                slug = "gone-1",
                title = "Will it?",
                resolutionCriteria = "Yes if it does.",
                type = "binary",
                opensAt = "2029-01-01",
                closesAt = "2030-01-01",
                resolvesBy = "2031-01-01",
            }
        );
        Assert.Equal((HttpStatusCode.Conflict, true), (again, taken.Text("detail").Contains("dropped", StringComparison.Ordinal)));
        var filed = await api.ImportAsync(
            "questions",
            "question,title,type,opens_at,closes_at\ngone-1,Will it?,binary,2024-01-01T00:00:00Z,2024-02-01T00:00:00Z\n"
        );
        Assert.Equal(("question", 1), (filed.Errors().Single().Field, (int)filed.Counts().Refused));

        var live = await api.WithOpenQuestionAsync();
        var (refused, why) = await api.Owner.CommandAsync(live.Url, method: HttpMethod.Delete);
        Assert.Equal((HttpStatusCode.Conflict, true), (refused, why.Text("detail").Contains("annul", StringComparison.Ordinal)));
        Assert.Equal("open", await live.StatusAsync());
    }

    private async Task<string> ExportAsync(string url)
    {
        using var response = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
