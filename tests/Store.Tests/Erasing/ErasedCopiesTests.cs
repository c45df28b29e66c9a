using System.Text;
using System.Text.Json;
using CsCheck;
using Domain;
using Domain.Forecasts;
using Domain.People;
using Domain.Questions;
using Domain.Resolutions;
using Npgsql;
using PostgresServer;
using Samples;
using Store.Appending;
using Store.Erasing;
using Store.Idempotency;
using Store.Importing;
using Store.Views.Rebuilding;

namespace Store.Tests.Erasing;

/// <summary>The copies of a text beside its event, on a store that keeps no ledger.</summary>
public sealed class ErasedCopiesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private TestStore _test = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _test = await TestStore.CreateAsync();

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Fact]
    public async Task The_document_of_a_question_is_what_a_rebuild_makes_and_has_the_text_nowhere()
    {
        var ids = await QuestionAsync();

        await _test.EraseAsync(ids[1], "title");
        // The outcome repeats the words of its proposal.
        await _test.EraseAsync(ids[2], "reason");

        var document = await _test.Database.ScalarAsync<string>("select data::text from forecasts.mt_doc_question");
        Assert.DoesNotContain("harbour", document, StringComparison.Ordinal);
        Assert.DoesNotContain("mayor", document, StringComparison.Ordinal);
        Assert.Contains("A gazette", document, StringComparison.Ordinal);
        Assert.Equal(
            0,
            await _test.Database.ScalarAsync<long>("select count(*) from forecasts.mt_events where data::text like '%harbour%' or data::text like '%mayor%'")
        );
        var rebuilt = (await new Rebuild(_test.Source, _test.Store).RunAsync(RebuiltView.All[0], null, Token))!.Single();
        Assert.True(rebuilt.Changed == 0, $"{rebuilt}");
        await using var session = _test.Store.QuerySession();
        var question = (await session.LoadAsync<Question>(StreamKeys.Question("q"), Token))!;
        Assert.Equal((6, QuestionStatus.Resolved, "yes"), (question.Version, question.Status, question.Resolution!.Outcome));
    }

    [Fact]
    public async Task A_kept_answer_has_the_words_in_the_place_of_the_text_and_is_otherwise_as_it_was()
    {
        var ids = await QuestionAsync();
        const string Before = "{\"a\":1.50,\"title\":\"Boats leave the harbour — “early”.\",\"list\":[\"Boats leave the harbour — “early”.\",null]}";
        await KeepAsync(1, Before);
        await KeepAsync(2, "{\"line\":1}\n{\"title\":\"Boats leave the harbour — “early”.\"}\n");
        await KeepAsync(3, "{\"title\":\"Boats leave the harbour\"}");

        await _test.EraseAsync(ids[1], "title");

        const string Words = "\"[erased 2026-06-01T08:00:00Z]\"";
        Assert.Equal($"{{\"a\":1.50,\"title\":{Words},\"list\":[{Words},null]}}", await KeptAsync(1));
        Assert.Equal($"{{\"line\":1}}\n{{\"title\":{Words}}}\n", await KeptAsync(2));
        Assert.Equal("{\"title\":\"Boats leave the harbour\"}", await KeptAsync(3));
    }

    /// <summary>What anybody may have written into an answer, which a text was put into.</summary>
    private static Gen<string> Hostile(string text)
    {
        var quoted = Json(text);
        var leaf = OneOf(
            text,
            quoted,
            $"She said: {text}",
            $$"""{"a":{{quoted}},"a":2}""",
            $$"""{"{{quoted.Trim('"')}}":1,"b":[{{quoted}}]}""",
            $$"""{"a":"\ud800","b":{{quoted}}}""",
            $$"""[{{quoted}}""",
            $$"""{{new string('[', 70)}}{{quoted}}{{new string(']', 70)}}""",
            $$"""{{string.Concat(Enumerable.Repeat("{\"a\":", 64))}}{{quoted}}{{new string('}', 64)}}""",
            "{}",
            "\u0000{"
        );
        var receipt = OneOf("[1]", "{", "5", "{\"id\":5}", "{\"id\":\"no id\"}", "{\"id\":{}}", "{\"id\":1,\"id\":2}", "{\"id\":\"\\ud800\"}", "\u00ff")
            .Select(extra => $$"""{"receipt":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Proof(extra)))}}","c":{{quoted}}}""");
        return Gen.Recursive<string>(
            (depth, inner) =>
                depth > 3
                    ? leaf
                    : Gen.Frequency(
                        (3, leaf),
                        (1, receipt),
                        (2, inner.Select(s => Json(new { rationale = s }))),
                        (1, Gen.Select(inner, inner, (a, b) => Json(new[] { a, b }))),
                        (1, inner.Select(s => $"{s}\n{s}"))
                    )
        );
    }

    // As who writes the text itself, and not its code points, into JSON: another spelling is another text.
    private static string Json<T>(T value) => JsonSerializer.Serialize(value, AsWritten);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>A proof that anybody can write, with an entry of theirs.</summary>
    private static string Proof(string extra) =>
        $"c2sp.org/tlog-proof@v1\nextra {Convert.ToBase64String(Encoding.UTF8.GetBytes(extra))}\nindex 0\n\n"
        + $"example.com/log\n1\n{Convert.ToBase64String(new byte[32])}\n\n— example.com/log {Convert.ToBase64String(new byte[68])}\n";

    [Fact]
    public async Task Whatever_somebody_wrote_into_an_answer_a_text_is_erased_in_it_and_the_erasure_goes_on()
    {
        const string Text = "Boats leave the harbour — “early”.";
        Assert.True(Domain.Ledger.Proofs.TlogProof.Parse(Encoding.UTF8.GetBytes(Proof("[1]"))).Is(out _, out var malformed), malformed?.Reason);
        var ids = await QuestionAsync();
        var bodies = new List<string> { """{"probability":0.5,"rationale":"{\"a\":1,\"a\":2}"}""", """{"rationale":"{\"a\":\"Nothing of it.\",\"a\":2}"}""" };
        Hostile(Text).Select(s => s.StartsWith('{') ? s : Json(new { rationale = s })).Sample(bodies.Add, iter: 400, threads: 1);
        foreach (var (i, body) in bodies.Index())
            await KeepAsync([(byte)(i >> 8), (byte)i], body);

        await _test.EraseAsync(ids[1], "title");

        var kept = new List<string?>();
        for (var i = 0; i < bodies.Count; i++)
            kept.Add((await FindAsync([(byte)(i >> 8), (byte)i])).Body is { } body ? Encoding.UTF8.GetString(body) : null);
        Assert.Equal<string?>(bodies[..2], kept[..2]);
        Assert.All(
            kept.Index(),
            k => Assert.False(k.Item?.Contains("leave the harbour", StringComparison.Ordinal) == true, $"{bodies[k.Index]}\nis kept as\n{k.Item}")
        );
        Assert.All(bodies.Zip(kept), b => Assert.True(b.Second is null || b.First == b.Second || b.Second.Contains("[erased 2026", StringComparison.Ordinal)));
        Assert.Contains(kept, k => k is null);
        Assert.Contains(kept, k => k?.Contains("[erased 2026", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Many_texts_are_found_in_one_pass_where_each_would_be_by_itself() =>
        Gen.Select(Gen.String[Gen.Char['a', 'c'], 0, 6].Array[0, 120], Gen.String[Gen.Char['a', 'c'], 0, 40])
            .Sample((texts, other) => SoughtTexts.Of(texts).MayBeIn(other) == texts.Any(t => other.Contains(t, StringComparison.Ordinal)));

    [Fact]
    public async Task Of_many_refused_rows_those_lose_their_reasons_that_quote_one_of_many_texts()
    {
        var random = new Random(1);
        string[] cells = [.. Enumerable.Range(0, 400).Select(_ => new string(random.GetItems<char>("ab ’", random.Next(1, 71))))];
        var (erased, others) = (cells[..200], cells[200..]);
        await using (
            var fill = _test.Source.CreateCommand(
                """
                insert into forecasts.import_refusals (import_id, line, field, reason)
                select 'i' || n % 3, n, 'option', reason from unnest($1) with ordinality r (reason, n)
                """
            )
        )
        {
            string[] reasons =
            [
                .. cells.Select(c => $"'{c.Shortened(RefusedRow.LongestQuote)}' is none."),
                .. cells.Select(c => $"{c.Shortened(RefusedRow.LongestQuote)} is none."),
            ];
            fill.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = reasons });
            await fill.ExecuteNonQueryAsync(Token);
        }

        const string Quoting = "select array_agg(line order by line) from forecasts.import_refusals where ";
        await using var command = _test.Source.CreateCommand(
            Quoting + "exists (select from unnest($1) t where position('''' || t || '''' in reason) > 0 or (length(t) >= 16 and position(t in reason) > 0))"
        );
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. erased.Select(c => c.Shortened(RefusedRow.LongestQuote))] });
        var expected = (long[])(await command.ExecuteScalarAsync(Token))!;
        await using (var session = _test.Store.LightweightSession())
        {
            await RefusalCopies.EraseAsync(session, erased, Token);
            await session.SaveChangesAsync(Token);
        }

        Assert.Equal(expected, await _test.Database.ScalarAsync<long[]>(Quoting + "reason = 'A cell that it quoted was erased.'"));
        Assert.InRange(expected.Length, 200, 799 - others.Length / 2);
    }

    [Fact]
    public async Task Of_a_person_the_slug_and_the_forecasts_stay_and_nothing_else()
    {
        await QuestionAsync();
        await using (var session = _test.Store.LightweightSession())
        {
            var registered = new AnalystRegistered("ana", "Ana of the Lighthouse", ForecasterKind.Person, [Role.Analyst], "https://id.example ana-4711");
            session.Start<Analyst>(StreamKeys.Analyst("ana"), [registered, new TokenIssued("t1", "fc_1", "hash", null)], At);
            var forecast = new ForecastSubmitted(
                new("q"),
                new("ana"),
                ForecasterKind.Person,
                At,
                new Statement(Probability: 0.7),
                "My neighbour told me.",
                ["a letter"],
                null
            );
            session.Start<Forecast>(StreamKeys.Forecast(new("q"), new("ana")), [forecast], At);
            session.Start<Forecast>(
                StreamKeys.Forecast(new("q"), new("ben")),
                [forecast with { Analyst = new("ben"), Rationale = "The neighbours of ben.", Evidence = [] }],
                At
            );
            await session.SaveChangesAsync(Token);
        }

        var erased = await ErasePersonAsync("ana");

        // The rationale, the evidence, and the words of the proposal, which the outcome repeats; the name and the identity.
        Assert.Equal((4, 8), (erased.Events, erased.Texts));
        var all = await _test.Database.ScalarAsync<string>("select string_agg(data::text, ' ') from forecasts.mt_events");
        foreach (var gone in new[] { "Lighthouse", "ana-4711", "My neighbour", "a letter", "mayor", "minutes" })
            Assert.DoesNotContain(gone, all, StringComparison.Ordinal);
        foreach (var kept in new[] { "The neighbours of ben.", "Will it?", "harbour" })
            Assert.Contains(kept, all, StringComparison.Ordinal);
        await using var read = _test.Store.QuerySession();
        var ana = (await read.LoadAsync<Analyst>(StreamKeys.Analyst("ana"), Token))!;
        Assert.Equal(("ana", "[erased 2026-06-01T08:00:00Z]", null), (ana.Slug, ana.Name, ana.Subject));
        Assert.Empty(ana.Roles);
        Assert.Empty(ana.Tokens);
        Assert.Equal(erased.Version, ana.Version);
        var rebuilt = (await new Rebuild(_test.Source, _test.Store).RunAsync("analysts", null, Token))!.Single();
        Assert.True(rebuilt.Changed == 0, $"{rebuilt}");
        var forecastOfAna = (await read.Events.AggregateStreamAsync<Forecast>(StreamKeys.Forecast(new("q"), new("ana")), token: Token))!;
        Assert.Equal((0.7, 2L), (forecastOfAna.Standing!.Probability!.Value, forecastOfAna.Version));
    }

    private async Task<ErasedPerson> ErasePersonAsync(string analyst)
    {
        await using var transaction = new IdempotentTransaction(_test.Source);
        await transaction.BeginAsync(Token);
        await using var session = _test.Store.OpenSession(transaction.ForSession());
        var found = (await session.LoadAsync<Analyst>(StreamKeys.Analyst(analyst), Token))!;
        var erased = await new Store.Erasing.Erasures(session, Eraser.At).PersonAsync(found, "Asked for.", Token);
        await transaction.CommitUnansweredAsync(Token);
        return erased;
    }

    /// <summary>A resolved question with evidence; the outcome was proposed by ana.</summary>
    /// <returns>The ids of its events.</returns>
    private async Task<IReadOnlyList<Guid>> QuestionAsync()
    {
        await using var session = _test.Store.LightweightSession();
        const string Reason = "The mayor said so.";
        object[] events =
        [
            Drafts.Binary("q", At),
            new EvidenceLogged(At, "Boats leave the harbour — “early”.", "A gazette", null),
            new ResolutionProposed(ProposalKind.Resolution, "yes", At, Reason, ["the minutes"], "ana"),
            new QuestionResolved("yes", At, Reason, ["the minutes"], "ana", "ben"),
        ];
        session.Start<Question>(StreamKeys.Question("q"), events, At);
        await session.SaveChangesAsync(Token);
        return [.. (await session.Events.FetchStreamAsync(StreamKeys.Question("q"), token: Token)).Select(e => e.Id)];
    }

    private Task KeepAsync(byte id, string body) => KeepAsync([id], body);

    private async Task KeepAsync(byte[] id, string body)
    {
        await using var transaction = new IdempotentTransaction(_test.Source);
        await transaction.BeginAsync(Token);
        Assert.True(await transaction.CommitAsync(new IdempotencyRecord(id, [0], 200, "{}", Encoding.UTF8.GetBytes(body), At), At, Token));
    }

    private async Task<string> KeptAsync(byte id) => Encoding.UTF8.GetString((await FindAsync([id])).Body!);

    private async Task<IdempotencyRecord> FindAsync(byte[] id) => (await new IdempotencyRecords(_test.Source).FindAsync(id, At, Token))!;
}
