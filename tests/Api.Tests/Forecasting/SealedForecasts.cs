using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Api.Tests.Importing;
using Api.Tests.Lifecycle;
using Domain;
using Domain.Forecasts;
using Domain.Ledger.Leaves;
using Domain.Ledger.Proofs;
using Samples;
using Store.Bundles;
using static Api.Tests.RunningApi;

namespace Api.Tests.Forecasting;

/// <summary>Forecasts that are sealed, revealed after the close, or not, as a client sees them.</summary>
public sealed class SealedForecasts(LoggedApi api) : IClassFixture<LoggedApi>
{
    private const string Said = """{"probability":0.9}""";

    private static SealedStatement Sealing(string json) =>
        SealedStatement.Of(new Salt(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)), Encoding.UTF8.GetBytes(json)).Value;

    private static object Opening(SealedStatement opened) =>
        new { salt = opened.Salt.ToString(), statement = JsonSerializer.Deserialize<JsonElement>(opened.Text) };

    [Fact]
    public async Task A_seal_is_stated_shown_left_out_of_the_consensus_and_revealed_after_the_close()
    {
        var question = await api.WithForecastAsync(0.6);
        using var ann = await api.AsAsync($"ann-{question.Slug[2..14]}", "analyst");
        var name = $"ann-{question.Slug[2..14]}";
        var opened = Sealing(Said);

        using var sealing = await ann.PutAsJsonAsync($"{question.Url}/forecast", new { seal = opened.Seal });
        var stated = await Json(sealing, HttpStatusCode.Created);
        Assert.Equal(opened.Seal, stated.Text("seal"));
        Assert.False(stated.TryGetProperty("probability", out _));
        var (early, problem) = await ann.CommandAsync($"{question.Url}/forecast/reveal", Opening(opened));
        Assert.Equal(HttpStatusCode.Conflict, early);
        Assert.Contains("has not closed", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(1, (await api.GetAsync($"{question.Url}/consensus")).GetProperty("forecasters").GetInt32());
        var timeline = await api.GetAsync($"{question.Url}/timeline");
        Assert.Equal(
            (2, 2, 1),
            (timeline.GetProperty("forecasters").GetInt32(), timeline.GetProperty("forecasts").GetInt32(), timeline.GetProperty("dots").GetArrayLength())
        );

        await api.Owner.DoAsync($"{question.Url}/close");
        var known = DateTimeOffset.UtcNow;
        using var revealing = await ann.PostAsJsonAsync($"{question.Url}/forecast/reveal", Opening(opened));
        var revealed = await Json(revealing, HttpStatusCode.OK);
        Assert.Equal(
            (0.9, opened.Seal, stated.Text("madeAt")),
            (revealed.GetProperty("probability").GetDouble(), revealed.Text("seal"), revealed.Text("madeAt"))
        );
        Assert.True(TlogProof.Parse(Convert.FromBase64String(revealing.Headers.GetValues("Ledger-Receipt").Single())).Is(out _, out _));
        using var again = await ann.PostAsJsonAsync($"{question.Url}/forecast/reveal", Opening(opened));
        Assert.Equal(revealed.GetRawText(), (await Json(again, HttpStatusCode.OK)).GetRawText());
        Assert.Equal(1, await question.CountAsync("ForecastRevealed"));

        var history = (await api.GetAsync($"{question.Url}/forecasts/{name}")).GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["ForecastSubmitted", "ForecastRevealed"], history.Select(s => s.Text("type")));
        Assert.Equal(opened.Seal, history[1].GetProperty("before").Text("seal"));
        Assert.Equal(0.9, history[1].GetProperty("after").GetProperty("probability").GetDouble());
        JsonElement Own(JsonElement standing) => standing.GetProperty("items").EnumerateArray().Single(f => f.Text("analyst") == name);
        Assert.Equal(0.9, Own(await api.GetAsync($"{question.Url}/forecasts")).GetProperty("probability").GetDouble());
        Assert.False(Own(await api.GetAsync($"{question.Url}/forecasts?knownAt={known:yyyy-MM-ddTHH:mm:ss.ffffffZ}")).TryGetProperty("probability", out _));
    }

    [Fact]
    public async Task A_revelation_is_refused_where_it_opens_no_seal_of_the_caller_or_is_no_forecast()
    {
        var question = await api.WithForecastAsync(0.6);
        var (opened, wrong) = (Sealing(Said), Sealing("""{"probability":1.5}"""));
        using var ann = await api.AsAsync($"ann-{question.Slug[2..14]}", "analyst");
        using var bob = await api.AsAsync($"bob-{question.Slug[2..14]}", "analyst");
        await ann.DoAsync($"{question.Url}/forecast", new { seal = opened.Seal }, HttpMethod.Put);
        await bob.DoAsync($"{question.Url}/forecast", new { seal = opened.Seal }, HttpMethod.Put);
        await ann.DoAsync($"{question.Url}/forecast", new { seal = wrong.Seal, rationale = "Too sure." }, HttpMethod.Put);
        foreach (var body in new object[] { new { seal = "short" }, new { seal = new string('!', 44) }, new { seal = opened.Seal, probability = 0.5 } })
            Assert.Equal(HttpStatusCode.BadRequest, (await ann.CommandAsync($"{question.Url}/forecast", body, HttpMethod.Put)).Status);
        await api.Owner.DoAsync($"{question.Url}/close");

        async Task<(HttpStatusCode, string)> Refused(HttpClient who, object body)
        {
            var (status, answer) = await who.CommandAsync($"{question.Url}/forecast/reveal", body);
            return (status, answer.Text("detail"));
        }

        var salt = opened.Salt.ToString();
        Assert.Contains("make the seal", (await Refused(ann, new { salt, statement = new { probability = 0.8 } })).Item2, StringComparison.Ordinal);
        Assert.Contains("no forecast on the question", (await Refused(ann, Opening(wrong))).Item2, StringComparison.Ordinal);
        Assert.Contains("Another forecaster", (await Refused(bob, Opening(opened))).Item2, StringComparison.Ordinal);
        Assert.Contains(
            "salt",
            (await Refused(ann, new { salt = new string('=', 44), statement = new { probability = 0.9 } })).Item2,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has nothing else",
            (await Refused(ann, new { salt, statement = new { probability = 0.9, term = "likely" } })).Item2,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "numeric and date",
            (await Refused(ann, new { salt, statement = new { quantiles = new[] { new { p = 0.5, value = 3 } } } })).Item2,
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await ann.CommandAsync($"{question.Url}/forecast/reveal", Opening(opened), ifMatch: "\"1\"")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await ann.CommandAsync("/questions/no-such-question/forecast/reveal", Opening(opened))).Status);
        Assert.Equal(0, await question.CountAsync("ForecastRevealed"));
        Assert.Equal(HttpStatusCode.OK, (await ann.CommandAsync($"{question.Url}/forecast/reveal", Opening(opened), ifMatch: "\"2\"")).Status);
    }

    [Fact]
    public async Task The_same_revelation_many_times_at_once_is_recorded_once_and_answered_each_time()
    {
        var question = await api.WithForecastAsync(0.6);
        using var ann = await api.AsAsync($"ann-{question.Slug[2..14]}", "analyst");
        var opened = Sealing(Said);
        await ann.DoAsync($"{question.Url}/forecast", new { seal = opened.Seal }, HttpMethod.Put);
        await api.Owner.DoAsync($"{question.Url}/close");

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => ann.CommandAsync($"{question.Url}/forecast/reveal", Opening(opened))));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Single(answers.Select(a => a.Item2.GetRawText()).Distinct());
        Assert.Equal(1, await question.CountAsync("ForecastRevealed"));
    }

    [Fact]
    public async Task A_seal_that_is_not_revealed_is_scored_as_uniform_and_scored_again_once_it_is()
    {
        var question = await api.WithForecastAsync(0.6);
        var name = $"ann-{question.Slug[2..14]}";
        using var ann = await api.AsAsync(name, "analyst");
        var opened = Sealing(Said);
        await ann.DoAsync($"{question.Url}/forecast", new { seal = opened.Seal }, HttpMethod.Put);
        await api.Owner.SettleAsync(question.Resolver, question.Slug, Asking.Outcome("yes"));

        JsonElement Row(JsonElement scores, string who) => scores.GetProperty("items").EnumerateArray().Single(r => r.Text("forecaster") == who);
        var first = await api.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() == 1);
        Assert.Equal(0.25, Row(first, name).GetProperty("scores").GetProperty("brier.final").GetDouble(), 12);
        Assert.Contains("has not been revealed", Row(first, name).GetProperty("notes").Text("brier.final"), StringComparison.Ordinal);
        await ShowsUnrevealedAsync(1);
        var explained = (await api.GetAsync($"{question.Url}/scores/{name}/explanation?score=brier.final")).GetProperty("scores").GetProperty("brier.final");
        Assert.Equal("unrevealed", explained.GetProperty("intervals")[0].Text("sealed"));

        using var revealing = new HttpRequestMessage(HttpMethod.Post, $"{question.Url}/forecast/reveal") { Content = JsonContent.Create(Opening(opened)) };
        revealing.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var revealed = await ann.SendAsync(revealing);
        await Json(revealed, HttpStatusCode.OK);

        var second = await api.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() == 2);
        Assert.Equal("revelation", second.Text("trigger"));
        Assert.Equal(0.01, Row(second, name).GetProperty("scores").GetProperty("brier.final").GetDouble(), 12);
        foreach (var other in new[] { "owner", "consensus:median", "reference:uniform" })
            Assert.Equal(Row(first, other).GetRawText(), Row(second, other).GetRawText());
        Assert.Equal(
            0.25,
            Row(await api.GetAsync($"{question.Url}/scores?generation=1"), name).GetProperty("scores").GetProperty("brier.final").GetDouble(),
            12
        );
        var then = (await api.GetAsync($"{question.Url}/scores/{name}/explanation?generation=1&score=brier.final"))
            .GetProperty("scores")
            .GetProperty("brier.final");
        Assert.Equal(0.25, then.GetProperty("sum").GetDouble(), 12);

        await ShowsUnrevealedAsync(0);

        // Whoever keeps a seal back is told of on boards, beside the questions that the place rests on, and wherever else the scores are read.
        async Task ShowsUnrevealedAsync(int count)
        {
            JsonElement Place(JsonElement board) =>
                board.GetProperty("items").EnumerateArray().SingleOrDefault(i => i.TryGetProperty("forecaster", out var f) && f.GetString() == name);
            var board = await api.EventuallyAsync(
                "/leaderboard?rule=brier.final&limit=500",
                b => Place(b) is { ValueKind: JsonValueKind.Object } i && i.GetProperty("unrevealed").GetInt32() == count
            );
            Assert.Equal(1, Place(board).GetProperty("questions").GetInt32());
            Assert.Equal(count == 1, (await api.GetAsync($"/analysts/{name}/scores")).GetProperty("items")[0].GetProperty("unrevealed").GetBoolean());
            var calibration = await api.GetAsync($"/analysts/{name}/calibration");
            Assert.Equal((1 - count, count), (calibration.GetProperty("questions").GetInt32(), calibration.GetProperty("unrevealed").GetInt32()));
            // The owner forecast openly on the same question, and may have sealed others.
            foreach (var (a, b, kept) in new[] { (name, "owner", (count, 0)), ("owner", name, (0, count)) })
            {
                var compared = await api.GetAsync($"/analysts/{a}/compare/{b}?rule=brier.final");
                Assert.Equal(kept, (compared.GetProperty("unrevealedA").GetInt32(), compared.GetProperty("unrevealedB").GetInt32()));
            }

            using var browser = new Pages.Browser(api, "en").As(api.Owner);
            foreach (var page in new[] { $"/analysts/{name}/scores", $"/analysts/{name}/calibration" })
                Assert.Equal(count == 1, Pages.Browser.Words(await browser.PageAsync(page)).Contains("sealed and", StringComparison.Ordinal));
            // Others on the board may have kept something back, too.
            if (count == 1)
                Assert.Contains(
                    "1 sealed and not revealed",
                    Pages.Browser.Words(await browser.PageAsync("/leaderboard?rule=brier.final&limit=500")),
                    StringComparison.Ordinal
                );
        }

        foreach (var generation in new[] { 1, 2 })
        {
            await Patience.UntilAsync(async () =>
                await api.ScalarAsync<long>(
                    $"""
                    select count(*) from forecasts.ledger_entries n join forecasts.mt_events e on e.seq_id = n.sequence
                    where e.stream_id = 'scoring/{question.Slug}' and e.version = {generation}
                    """
                ) > 0
            );
            var bundle = ScoreBundle.Read(await api.Owner.GetByteArrayAsync(new Uri($"{question.Url}/scores/{generation}/bundle", UriKind.Relative))).Value;
            Assert.Empty(ScoreRecomputation.Of(bundle).Different);
        }
    }

    [Fact]
    public async Task A_file_says_of_a_seal_no_more_than_a_live_question_could()
    {
        var name = $"sealed-{Guid.NewGuid():n}";
        await api.ImportAsync("questions", $"question,title,type,opens_at,closes_at\n{name},Will it?,binary,2020-01-01,2020-01-11\n");
        string Row(string who, string day, string seal, string p = "", string revealed = "") => $"{name},{who},2020-01-{day},{p},{seal},{revealed}\n";
        var (one, two, three) = (Sealing(Said).Seal, Sealing(Said).Seal, Sealing(Said).Seal);
        var file =
            "question,forecaster,made_at,probability,seal,revealed_at\n"
            + Row("i-ann", "02", one, "0.9", "2020-01-10")
            + Row("i-ann", "03", one, "0.9", "2999-01-01")
            + Row("i-ann", "04", one, "0.9", "2020-01-11")
            + Row("i-ann", "05", one, "0.8", "2020-01-11")
            + Row("i-bob", "06", one, "0.9", "2020-01-12")
            + Row("i-bob", "07", one)
            + Row("i-bob", "02", two, "0.9", "2020-01-12");
        var import = await api.ImportAsync("forecasts", file);

        Assert.Equal((7, 3, 4, 0), import.Counts());
        Assert.Equal([(2L, "revealed_at"), (3L, "revealed_at"), (5L, "seal"), (6L, "seal")], import.Errors().Select(e => (e.Line, e.Field!)).Order());
        // What an earlier file brought counts as much.
        import = await api.ImportAsync(
            "forecasts",
            "question,forecaster,made_at,probability,seal,revealed_at\n"
                + Row("i-cem", "01", two)
                + Row("i-cem", "08", two, "0.9", "2020-01-12")
                + Row("i-cem", "09", three, "0.9", "2020-01-12")
        );
        Assert.Equal((3, 1, 2, 0), import.Counts());
        Assert.Equal([(2L, "seal"), (3L, "seal")], import.Errors().Select(e => (e.Line, e.Field!)).Order());
    }

    [Fact]
    public async Task What_is_exported_of_seals_goes_into_an_empty_service_and_is_scored_there_the_same()
    {
        var question = await api.WithForecastAsync(0.6);
        var (ann, bob) = ($"ann-{question.Slug[2..14]}", $"bob-{question.Slug[2..14]}");
        var opened = Sealing(Said);
        using var asAnn = await api.AsAsync(ann, "analyst");
        using var asBob = await api.AsAsync(bob, "analyst");
        await asAnn.DoAsync($"{question.Url}/forecast", new { seal = opened.Seal }, HttpMethod.Put);
        await asBob.DoAsync($"{question.Url}/forecast", new { seal = Sealing(Said).Seal }, HttpMethod.Put);
        var later = DateTimeOffset.UtcNow;
        await api.Owner.DoAsync($"{question.Url}/close");
        // No file is before ann, who has not revealed yet: neither with a revelation, nor so that the export would name another first.
        string Claim(string who, DateTimeOffset madeAt, string p = "", DateTimeOffset? revealed = null) =>
            $"{question.Slug},{who}-{question.Slug[2..14]},{Instants.Format(madeAt)},{p},{opened.Seal},{(revealed is { } at ? Instants.Format(at) : "")}\n";
        var claims = await api.ImportAsync(
            "forecasts",
            "question,forecaster,made_at,probability,seal,revealed_at\n"
                + Claim("aa", later.AddDays(-5), "0.9", DateTimeOffset.UtcNow)
                + Claim("bea", later.AddDays(-4))
                + Claim("cem", later)
        );
        Assert.Equal((3, 1, 2, 0), claims.Counts());
        Assert.Equal([(2L, "seal"), (3L, "seal")], claims.Errors().Select(e => (e.Line, e.Field!)).Order());
        await asAnn.DoAsync($"{question.Url}/forecast/reveal", Opening(opened));
        await api.Owner.SettleAsync(question.Resolver, question.Slug, Asking.Outcome("yes"));
        await api.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() == 1);

        async Task<string> Exported(RunningApi of, string kind) =>
            await of.Owner.GetStringAsync(new Uri($"/exports/{kind}?question={question.Slug}&format=ndjson", UriKind.Relative));
        var rows = (await Exported(api, "forecasts"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();
        Assert.Equal(4, rows.Count);
        Assert.False(rows.Single(r => r.Text("forecaster") == bob).TryGetProperty("probability", out _));
        Assert.Equal(opened.Seal, rows.Single(r => r.Text("forecaster") == ann).Text("seal"));
        Assert.Equal(0.9, rows.Single(r => r.Text("forecaster") == ann).GetProperty("probability").GetDouble());

        var other = new RunningApi();
        await other.InitializeAsync();
        await using (other)
        {
            foreach (var kind in new[] { "questions", "forecasts", "outcomes" })
            {
                var file = (await Exported(api, kind)).Replace("\"forecaster\":\"owner\"", "\"forecaster\":\"zoe\"", StringComparison.Ordinal);
                Assert.Empty((await other.ImportAsync(kind, file, "application/x-ndjson")).Errors());
            }

            var scores = await other.EventuallyAsync($"{question.Url}/scores", s => s.GetProperty("generation").GetInt32() >= 1);
            var here = await api.GetAsync($"{question.Url}/scores");
            foreach (var who in new[] { ann, bob, "consensus:median" })
            {
                JsonElement Of(JsonElement s) => s.GetProperty("items").EnumerateArray().Single(r => r.Text("forecaster") == who).GetProperty("scores");
                Assert.Equal(Of(here).GetRawText(), Of(scores).GetRawText());
            }

            var back = (await Exported(other, "forecasts")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);
            Assert.Equal(
                rows.Select(r =>
                        (r.TryGetProperty("seal", out var s) ? s.GetString() : null, r.TryGetProperty("revealed_at", out var a) ? a.GetString() : null)
                    )
                    .Order(),
                back.Select(r =>
                        (r.TryGetProperty("seal", out var s) ? s.GetString() : null, r.TryGetProperty("revealed_at", out var a) ? a.GetString() : null)
                    )
                    .Order()
            );
        }
    }
}
