using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Api.Tests.Importing;
using Api.Tests.Pages;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Proofs;
using Microsoft.Extensions.DependencyInjection;
using static Api.Tests.RunningApi;

namespace Api.Tests.Erasing;

/// <summary>Texts are erased over the API, on a service that keeps a ledger.</summary>
public sealed class ErasingTexts(LoggedApi api) : IClassFixture<LoggedApi>
{
    private const string Why = "A neighbour of the ferryman told me.";

    [Fact]
    public async Task A_forecaster_erases_a_rationale_and_the_forecast_stands_and_is_proven_as_before()
    {
        using var ana = await ForecastAsync("ferry", "ana-ferry");
        var (id, _) = await api.LoggedAsync("ferry", "ana-ferry");
        var (leaf, proof) = (await BytesAsync($"/audit/events/{id}/leaf"), await BytesAsync($"/audit/events/{id}/proof"));

        using var response = await EraseAsync(ana, id, """{"texts":["rationale"],"reason":"It names a person."}""");
        var erased = await Json(response, HttpStatusCode.OK);

        Assert.Equal("forecast/ferry/ana-ferry", erased.GetProperty("stream").GetString());
        Assert.Equal(
            (id, 2),
            (erased.GetProperty("erased")[0].GetProperty("eventId").GetGuid(), erased.GetProperty("erased")[0].GetProperty("texts")[0].GetInt32())
        );
        var history = await api.GetAsync("/questions/ferry/forecasts/ana-ferry");
        var step = history.GetProperty("steps").EnumerateArray().Single();
        Assert.StartsWith("[erased 20", step.GetProperty("rationale").GetString(), StringComparison.Ordinal);
        Assert.Equal((0.7, "a letter"), (step.GetProperty("after").GetProperty("probability").GetDouble(), step.GetProperty("evidence")[0].GetString()));

        Assert.Equal(leaf, await BytesAsync($"/audit/events/{id}/leaf"));
        var old = TlogProof.Parse(proof).Value;
        Assert.True(old.Includes(MerkleTree.LeafHash(leaf)));
        var opened = Disclosure.Parse(await BytesAsync($"/audit/events/{id}/disclosure")).Value;
        Assert.Empty(opened.Mismatches());
        Assert.Equal([false, false, true], opened.Text.Select(t => t is null));
        var verdict = await api.GetAsync("/audit/verify");
        Assert.True(verdict.GetProperty("ok").GetBoolean(), verdict.ToString());
        var recorded = (await api.GetAsync("/audit/events?type=TextsErased&question=ferry")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("ana-ferry", recorded.GetProperty("actor").GetString());
        Assert.DoesNotContain(Why, (await api.GetAsync("/audit/events?question=ferry")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_sides_of_an_edit_are_erased_and_every_copy_with_them()
    {
        const string first = "Will Jane Roe of Mill Lane come?",
            second = "Will Miss Roe of Mill Lane come?";
        await api.OpenQuestionAsync("edited-away", new { title = first });
        foreach (var title in new[] { second, "Will she come?" })
        {
            using var edited = await api.Owner.PatchAsJsonAsync("/questions/edited-away", new { title });
            await Json(edited, HttpStatusCode.OK);
        }

        var steps = (await api.EventuallyAsync("/questions/edited-away/edits", a => a.GetProperty("steps")[1].TryGetProperty("ledgerIndex", out _)))
            .GetProperty("steps")
            .EnumerateArray()
            .Select(s => s.GetProperty("eventId").GetGuid())
            .ToArray();
        var drafted = await api.ScalarAsync<Guid>("select id from forecasts.mt_events where stream_id = 'question/edited-away' and version = 1");
        // The draft's title is the first edit's before, and that edit's after the second one's before.
        foreach (var (id, text) in new[] { (drafted, "title"), (steps[0], "after/title") })
        {
            using var erased = await EraseAsync(api.Owner, id, $$"""{"texts":["{{text}}"],"reason":"It names a person."}""");
            Assert.Equal(2, (await Json(erased, HttpStatusCode.OK)).GetProperty("erased").GetArrayLength());
        }

        Assert.Equal("Will she come?", (await api.GetAsync("/questions/edited-away")).GetProperty("title").GetString());
        foreach (var url in new[] { "/questions/edited-away/edits", "/audit/events?question=edited-away" })
            Assert.DoesNotContain("Mill Lane", (await api.GetAsync(url)).ToString(), StringComparison.Ordinal);
        Assert.Equal(
            0,
            await api.ScalarAsync<long>(
                "select (select count(*) from forecasts.mt_events where data::text like '%Mill Lane%')"
                    + " + (select count(*) from forecasts.mt_doc_question where data::text like '%Mill Lane%')"
            )
        );
        var verdict = await api.GetAsync("/audit/verify");
        Assert.True(verdict.GetProperty("ok").GetBoolean(), verdict.ToString());
    }

    [Fact]
    public async Task Who_may_not_is_refused_and_nothing_is_erased()
    {
        using var ana = await ForecastAsync("whose", "ana-whose");
        using var ben = await api.AsAsync("ben-whose", "analyst");
        var (id, _) = await api.LoggedAsync("whose", "ana-whose");
        var drafted = await api.ScalarAsync<Guid>("select id from forecasts.mt_events where stream_id = 'question/whose' and version = 1");

        foreach (var (client, whose) in new[] { (ben, id), (ana, drafted) })
        {
            using var refused = await EraseAsync(client, whose, """{"reason":"I want to."}""");
            await Json(refused, HttpStatusCode.Forbidden);
        }

        using var auditor = await api.AsAsync("auditor-whose", "auditor");
        using var roleless = await EraseAsync(auditor, id, """{"reason":"I want to."}""");
        await Json(roleless, HttpStatusCode.Forbidden);
        Assert.Equal(0, await ErasuresAsync("whose"));

        using var byAdmin = await EraseAsync(api.Owner, drafted, """{"texts":["title"],"reason":"It names a person."}""");
        await Json(byAdmin, HttpStatusCode.OK);
        Assert.StartsWith("[erased", (await api.GetAsync("/questions/whose")).GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"texts":["probability"],"reason":"Why."}""", HttpStatusCode.BadRequest, "evidence, rationale")]
    [InlineData("""{"texts":["analyst"],"reason":"Why."}""", HttpStatusCode.BadRequest, "evidence, rationale")]
    [InlineData("""{"texts":[],"reason":"Why."}""", HttpStatusCode.BadRequest, "1 to 10")]
    [InlineData("""{"reason":""}""", HttpStatusCode.BadRequest, "1 to 1,000")]
    [InlineData("{}", HttpStatusCode.BadRequest, "reason")]
    public async Task What_cannot_be_erased_is_told(string body, HttpStatusCode status, string said)
    {
        var slug = $"told-{Guid.NewGuid():N}";
        using var ana = await ForecastAsync(slug, slug);
        var (id, _) = await api.LoggedAsync(slug, slug);

        using var response = await EraseAsync(ana, id, body);

        Assert.Contains(said, (await Json(response, status)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await ErasuresAsync(slug));
    }

    [Fact]
    public async Task What_is_gone_is_not_erased_twice_and_a_stale_version_erases_nothing()
    {
        using var ana = await ForecastAsync("twice", "ana-twice");
        var (id, _) = await api.LoggedAsync("twice", "ana-twice");
        using var stale = await EraseAsync(ana, id, """{"reason":"Why."}""", ifMatch: "\"7\"");
        await Json(stale, HttpStatusCode.PreconditionFailed);

        using var first = await EraseAsync(ana, id, """{"reason":"Why."}""", ifMatch: "\"1\"");
        await Json(first, HttpStatusCode.OK);
        Assert.Equal("\"2\"", first.Headers.ETag?.Tag);
        using var second = await EraseAsync(ana, id, """{"reason":"Why."}""");

        await Json(second, HttpStatusCode.Conflict);
        using var none = await EraseAsync(api.Owner, Guid.NewGuid(), """{"reason":"Why."}""");
        await Json(none, HttpStatusCode.NotFound);
        Assert.Equal(1, await ErasuresAsync("twice"));
    }

    [Fact]
    public async Task A_text_in_the_words_of_an_erasure_is_a_text_and_is_erased_once()
    {
        await api.OpenQuestionAsync("words");
        using var ana = await api.AsAsync("ana-words", "analyst");
        const string Words = "[erased 2020-01-01T00:00:00Z]";
        using var stated = await ana.PutAsJsonAsync(
            "/questions/words/forecast",
            new
            {
                probability = 0.7,
                rationale = Words,
                evidence = new[] { Words },
            }
        );
        await Json(stated, HttpStatusCode.Created);
        var (id, _) = await api.LoggedAsync("words", "ana-words");

        using var first = await EraseAsync(ana, id, """{"reason":"It misleads."}""");
        Assert.Equal(2, (await Json(first, HttpStatusCode.OK)).GetProperty("erased")[0].GetProperty("texts").GetArrayLength());
        using var again = await EraseAsync(ana, id, """{"reason":"It misleads."}""");
        await Json(again, HttpStatusCode.Conflict);

        Assert.DoesNotContain("2020-01-01", (await api.GetAsync("/questions/words/forecasts/ana-words")).ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Disclosure.Parse(await BytesAsync($"/audit/events/{id}/disclosure")).Value.Text.Count(t => t is null));
        var verdict = await api.GetAsync("/audit/verify");
        Assert.True(verdict.GetProperty("ok").GetBoolean(), verdict.ToString());
    }

    [Fact]
    public async Task An_erased_text_goes_from_lists_that_have_it_among_others_and_lists_without_it_stay()
    {
        await api.OpenQuestionAsync("lists");
        using var ana = await api.AsAsync("ana-lists", "analyst");
        foreach (var evidence in new[] { ["a letter", Why], ["a map"], new[] { "a call", Why } })
        {
            using var stated = await ana.PutAsJsonAsync("/questions/lists/forecast", new { probability = 0.7, evidence });
            Assert.True(stated.IsSuccessStatusCode);
        }

        using (var last = await ana.PutAsJsonAsync("/questions/lists/forecast", new { probability = 0.7, rationale = "a call" }))
            Assert.True(last.IsSuccessStatusCode);
        var id = await api.ScalarAsync<Guid>("select id from forecasts.mt_events where stream_id = 'forecast/lists/ana-lists' and version = 3");
        await Samples.Patience.UntilAsync(async () =>
            await api.ScalarAsync<long>(
                "select count(*) from forecasts.ledger_entries n join forecasts.mt_events e on e.seq_id = n.sequence where e.stream_id like 'forecast/lists/%'"
            ) == 4
        );

        using var response = await EraseAsync(ana, id, """{"texts":["evidence"],"reason":"It names a person."}""");
        Assert.Equal(3, (await Json(response, HttpStatusCode.OK)).GetProperty("erased").GetArrayLength());

        var history = (await api.GetAsync("/questions/lists/forecasts/ana-lists")).ToString();
        foreach (var gone in new[] { Why, "a letter", "a call" })
            Assert.DoesNotContain(gone, history, StringComparison.Ordinal);
        Assert.Contains("a map", history, StringComparison.Ordinal);
        var verdict = await api.GetAsync("/audit/verify");
        Assert.True(verdict.GetProperty("ok").GetBoolean(), verdict.ToString());
    }

    [Fact]
    public async Task An_imported_forecaster_is_erased_with_what_refused_rows_quote_and_nothing_more_comes_in_under_the_name()
    {
        const string Header = "question,forecaster,made_at,probability,option,rationale\n";
        await api.ImportAsync("questions", "question,title,type,opens_at,closes_at\nbrought,Will it?,binary,2020-01-01,2020-01-11\n");
        var taken = $"brought,i-ana,2020-01-02,0.7,,{Why}\n";
        var refused = $"brought,i-ana,2020-01-03,0.7,yes,{Why}\nbrought,i-ana,2020-01-03,0.3,no,Another reason.\n";
        var import = await api.ImportAsync("forecasts", Header + taken + refused);
        Assert.Equal((3, 1, 2, 0), import.Counts());
        var address = $"/imports/{import.GetProperty("id").GetString()}/errors";
        Assert.Contains(Why, (await api.GetAsync(address)).ToString(), StringComparison.Ordinal);
        await api.LoggedAsync("brought", "i-ana");

        using var response = await api.Owner.PostAsync("/analysts/i-ana/erasure", Body("""{"reason":"Asked for."}"""));
        await Json(response, HttpStatusCode.OK);

        var step = (await api.GetAsync("/questions/brought/forecasts/i-ana")).GetProperty("steps")[0];
        Assert.StartsWith("[erased", step.GetProperty("rationale").GetString(), StringComparison.Ordinal);
        var errors = await api.GetAsync(address);
        Assert.Equal(2, errors.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain(Why, errors.ToString(), StringComparison.Ordinal);
        Assert.Equal((1, 1, 0, 1), (await api.ImportAsync("forecasts", Header + taken)).Counts());
        import = await api.ImportAsync("forecasts", Header + "brought,i-ana,2020-01-04,0.8,,\n");
        Assert.Equal(
            ("forecaster", "'i-ana' was erased here, and nothing more is brought in under the name."),
            import.Errors().Select(e => (e.Field!, e.Reason)).Single()
        );

        var (database, token) = (api.Services.GetRequiredService<Npgsql.NpgsqlDataSource>(), TestContext.Current.CancellationToken);
        Assert.Equal(2, await Store.Erasing.RefusalCopies.ForgetAsync(database, address.Split('/')[2], token));
        Assert.Empty((await api.GetAsync(address)).GetProperty("items").EnumerateArray());
        Assert.Null(await Store.Erasing.RefusalCopies.ForgetAsync(database, "no-such-import", token));
    }

    [Fact]
    public async Task A_repeated_request_erases_once_and_a_kept_answer_to_the_forecast_has_the_text_no_longer()
    {
        await api.OpenQuestionAsync("kept");
        using var ana = await api.AsAsync("ana-kept", "analyst");
        const string Forecast = $$"""{"probability":0.7,"rationale":"{{Why}}"}""";
        using var stated = await SendAsync(ana, HttpMethod.Put, "/questions/kept/forecast", Forecast, "forecast-key");
        Assert.True(stated.Headers.Contains("Ledger-Receipt"));
        var (id, _) = await api.LoggedAsync("kept", "ana-kept");

        var path = $"/audit/events/{id}/erasure";
        using var first = await SendAsync(ana, HttpMethod.Post, path, """{"reason":"Why."}""", "erasure-key");
        using var again = await SendAsync(ana, HttpMethod.Post, path, """{"reason":"Why."}""", "erasure-key");
        using var replayed = await SendAsync(ana, HttpMethod.Put, "/questions/kept/forecast", Forecast, "forecast-key");

        Assert.Equal((await Json(first, HttpStatusCode.OK)).ToString(), (await Json(again, HttpStatusCode.OK)).ToString());
        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, await ErasuresAsync("kept"));
        Assert.StartsWith("[erased", (await Json(replayed, HttpStatusCode.Created)).GetProperty("rationale").GetString(), StringComparison.Ordinal);
        Assert.False(replayed.Headers.Contains("Ledger-Receipt"));
    }

    [Fact]
    public async Task A_kept_answer_to_many_forecasts_has_the_receipt_of_an_erased_text_no_longer_and_all_others()
    {
        foreach (var slug in new[] { "line-1", "line-2" })
            await api.OpenQuestionAsync(slug);
        using var ana = await api.AsAsync("ana-lines", "analyst");
        var lines = string.Concat(
            new[] { "line-1", "line-2" }.Select(q => $$"""{"question":"{{q}}","probability":0.7,"rationale":"{{(q == "line-1" ? Why : "Clouds.")}}"}""" + "\n")
        );
        async Task<JsonElement[]> SendManyAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/forecasts")
            {
                Content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"),
            };
            request.Headers.Add("Idempotency-Key", "many-lines");
            using var response = await ana.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            return [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        }

        Assert.All(await SendManyAsync(), a => Assert.True(a.TryGetProperty("receipt", out _)));
        var (id, _) = await api.LoggedAsync("line-1", "ana-lines");
        using var erased = await EraseAsync(ana, id, """{"texts":["rationale"],"reason":"It names a person."}""");
        await Json(erased, HttpStatusCode.OK);

        var replayed = await SendManyAsync();
        Assert.Equal([201, 201], replayed.Select(a => a.GetProperty("status").GetInt32()));
        Assert.Equal([false, true], replayed.Select(a => a.TryGetProperty("receipt", out _)));
    }

    [Theory]
    [InlineData("agents", Why)]
    [InlineData("agents-ko", "한강변의 등대지기가 그렇게 말했다.")]
    public async Task An_answer_that_is_kept_for_an_agent_has_the_text_no_longer(string slug, string why)
    {
        await api.OpenQuestionAsync(slug);
        using var ana = await api.AsAsync($"ana-{slug}", "analyst");
        var arguments = JsonSerializer.Serialize(
            new
            {
                question = slug,
                probability = 0.7,
                rationale = why,
            }
        );
        var call = $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"submit_forecast","arguments":{{{arguments}}}}}""";
        Assert.Contains(why, await SaidAsync(), StringComparison.Ordinal);
        var (id, _) = await api.LoggedAsync(slug, $"ana-{slug}");

        using var erased = await EraseAsync(ana, id, """{"texts":["rationale"],"reason":"It names a person."}""");
        await Json(erased, HttpStatusCode.OK);

        var replayed = await SaidAsync();
        Assert.DoesNotContain(why, replayed, StringComparison.Ordinal);
        Assert.Contains("[erased 20", replayed, StringComparison.Ordinal);
        Assert.Equal(1, (await api.GetAsync($"/questions/{slug}/forecasts/ana-{slug}")).GetProperty("steps").GetArrayLength());

        async Task<string> SaidAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = Body(call) };
            request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
            request.Headers.Add("Idempotency-Key", $"agent-{slug}");
            using var response = await ana.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            // The answer is JSON in a text of JSON: what is escaped once or twice reads the same.
            var said = await response.Content.ReadAsStringAsync();
            return System.Text.RegularExpressions.Regex.Replace(said, @"\\+u([0-9a-fA-F]{4})", m => $"{(char)Convert.ToInt32(m.Groups[1].Value, 16)}");
        }
    }

    [Fact]
    public async Task Pages_say_in_the_readers_language_that_a_text_was_erased()
    {
        using var ana = await ForecastAsync("shown", "ana-shown");
        var (id, _) = await api.LoggedAsync("shown", "ana-shown");
        using var response = await EraseAsync(ana, id, """{"reason":"Why."}""");
        await Json(response, HttpStatusCode.OK);

        foreach (var (language, words) in new[] { ("en", "erased on "), ("ko", "에 삭제됨") })
        {
            using var browser = new Browser(api, language).As(api.Owner);
            foreach (var page in new[] { "/questions/shown/forecasts/ana-shown", "/questions/shown/forecasts", "/questions/shown/dossier" })
            {
                var shown = Browser.Words(await browser.PageAsync(page));
                Assert.Contains(words, shown, StringComparison.Ordinal);
                Assert.DoesNotContain("[erased", shown, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task An_admin_erases_a_person_whose_forecasts_stay_under_the_slug()
    {
        await api.OpenQuestionAsync("person");
        using var registered = await api.Owner.PostAsJsonAsync(
            "/analysts",
            new
            {
                analyst = "p-4711",
                name = "Ana of the Lighthouse",
                roles = new[] { "analyst" },
            }
        );
        using var ana = api.Client((await Json(registered, HttpStatusCode.Created)).GetProperty("token").GetString()!);
        using var stated = await ana.PutAsJsonAsync("/questions/person/forecast", new { probability = 0.7, rationale = Why });
        await Json(stated, HttpStatusCode.Created);
        var (id, _) = await api.LoggedAsync("person", "p-4711");
        using var byOneself = await ana.PostAsync("/analysts/p-4711/erasure", Body("""{"reason":"Why."}"""));
        await Json(byOneself, HttpStatusCode.Forbidden);
        using var theOwner = await api.Owner.PostAsync("/analysts/owner/erasure", Body("""{"reason":"Why."}"""));
        await Json(theOwner, HttpStatusCode.Conflict);

        using var response = await api.Owner.PostAsync("/analysts/p-4711/erasure", Body("""{"reason":"Asked for."}"""));
        var erased = await Json(response, HttpStatusCode.OK);

        // The rationale and the name; an empty list of evidence says nothing.
        Assert.Equal((2, 2), (erased.GetProperty("events").GetInt32(), erased.GetProperty("texts").GetInt32()));
        using var locked = await ana.GetAsync(new Uri("/me", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        var person = await api.GetAsync("/analysts/p-4711");
        Assert.StartsWith("[erased", person.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Empty(person.GetProperty("roles").EnumerateArray());
        using var again = await api.Owner.PostAsync("/analysts/p-4711/erasure", Body("""{"reason":"Asked for."}"""));
        await Json(again, HttpStatusCode.Conflict);
        using var roles = await api.Owner.PutAsync("/analysts/p-4711/roles", Body("""{"roles":["analyst"]}"""));
        await Json(roles, HttpStatusCode.Conflict);
        using var token = await api.Owner.PostAsync("/analysts/p-4711/tokens", Body("{}"));
        await Json(token, HttpStatusCode.Conflict);
        var step = (await api.GetAsync("/questions/person/forecasts/p-4711")).GetProperty("steps")[0];
        Assert.Equal((id, 0.7), (step.GetProperty("eventId").GetGuid(), step.GetProperty("after").GetProperty("probability").GetDouble()));
        var opened = Disclosure.Parse(await BytesAsync($"/audit/events/{id}/disclosure")).Value;
        Assert.Equal("\"forecast/person/p-4711\"", Encoding.UTF8.GetString(opened.Stream!.Value.Span));
        var verdict = await api.GetAsync("/audit/verify");
        Assert.True(verdict.GetProperty("ok").GetBoolean(), verdict.ToString());
    }

    private async Task<HttpClient> ForecastAsync(string slug, string analyst)
    {
        await api.OpenQuestionAsync(slug);
        var person = await api.AsAsync(analyst, "analyst");
        using var response = await person.PutAsJsonAsync(
            $"/questions/{slug}/forecast",
            new
            {
                probability = 0.7,
                rationale = Why,
                evidence = new[] { "a letter" },
            }
        );
        await Json(response, HttpStatusCode.Created);
        return person;
    }

    private static Task<HttpResponseMessage> EraseAsync(HttpClient client, Guid id, string body, string? ifMatch = null) =>
        SendAsync(client, HttpMethod.Post, $"/audit/events/{id}/erasure", body, null, ifMatch);

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        string body,
        string? key,
        string? ifMatch = null
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = Body(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await client.SendAsync(request);
    }

    private Task<long> ErasuresAsync(string slug) =>
        api.ScalarAsync<long>($"select count(*) from forecasts.mt_events where type = 'texts_erased' and stream_id like '%/{slug}%'");

    private async Task<byte[]> BytesAsync(string path)
    {
        using var response = await api.Owner.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadAsByteArrayAsync();
    }
}
