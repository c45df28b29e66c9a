using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Leaves;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Proofs;
using Domain.Ledger.Receipts;
using Domain.Ledger.Tiles;
using Samples;
using Signing;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>A service that keeps a ledger.</summary>
public sealed class LoggedApi : RunningApi
{
    private const string Origin = "log.example/forecasts";
    private static readonly KeyName Name = KeyName.Parse(Origin).Value;

    protected override IReadOnlyList<string> Settings { get; } =
    [
        "--Ledger:Origin",
        Origin,
        "--Ledger:Ed25519Key",
        Signatures.NewKey(Name, SignatureType.Ed25519).Format(),
        "--Ledger:MlDsa44Key",
        Signatures.NewKey(Name, SignatureType.MlDsa44Cosignature).Format(),
        "--Ledger:PollMilliseconds",
        "50",
        "--Access:PublicReads",
        "true",
    ];

    /// <summary>The id of the first event of a forecast, once it is in the ledger.</summary>
    public async Task<(Guid Id, long Index)> LoggedAsync(string slug, string analyst)
    {
        var history = await EventuallyAsync(
            $"/questions/{slug}/forecasts/{analyst}",
            h => h.GetProperty("steps")[0].TryGetProperty("ledgerIndex", out var i) && i.ValueKind == JsonValueKind.Number
        );
        var step = history.GetProperty("steps")[0];
        return (step.GetProperty("eventId").GetGuid(), step.GetProperty("ledgerIndex").GetInt64());
    }
}

/// <summary>The ledger as outsiders and auditors read it over HTTP.</summary>
public sealed class LedgerOverTheApi(LoggedApi api) : IClassFixture<LoggedApi>
{
    [Fact]
    public async Task Without_a_token_everybody_reads_checkpoint_keys_tiles_and_bundles_that_give_one_tree()
    {
        await ForecastAsync("whole-tree", "ana-of-the-tree");
        var checkpoint = await CheckpointAsync(api.Nobody);
        Assert.True(checkpoint.Checkpoint.Size > 0);

        var hashes = new List<Digest>();
        foreach (var path in EntryBundlePath.Touched(0, checkpoint.Checkpoint.Size))
        {
            var bundle = EntryBundle.Parse(await BytesAsync(api.Nobody, $"/audit/ledger/{path}", isImmutable: true), path.Width).Value;
            Assert.All(bundle.Entries, e => Assert.True(LedgerLeaf.Parse(e.Span).Is(out _, out var malformed), malformed?.Reason));
            hashes.AddRange(bundle.Entries.Select(e => MerkleTree.LeafHash(e.Span)));
        }

        Assert.Equal(checkpoint.Checkpoint.Root, MerkleTree.Root(hashes.ToArray()));
        var tiles = new Dictionary<TilePath, HashTile>();
        foreach (var path in TilePath.OfTree(checkpoint.Checkpoint.Size))
            tiles[path] = HashTile.Parse(await BytesAsync(api.Nobody, $"/audit/ledger/{path}", isImmutable: true), path.Width).Value;
        Assert.Equal(checkpoint.Checkpoint.Root, new TileHashes(checkpoint.Checkpoint.Size, p => tiles[p]).Root());
    }

    [Theory]
    [InlineData("0/000.p/256")]
    [InlineData("0/0")]
    [InlineData("9/000")]
    [InlineData("0/x999/999")]
    [InlineData("entries/x999/999")]
    [InlineData("0/%2e%2e/000")]
    [InlineData("entries/000.p/0")]
    // 2^56: its first entry would be the log's first, were the number cut off.
    [InlineData("entries/x072/x057/x594/x037/x927/936.p/1")]
    [InlineData("0/x072/x057/x594/x037/x927/936.p/1")]
    public async Task A_tile_that_is_not_there_or_is_misspelled_is_not_found(string path)
    {
        using var response = await api.Nobody.GetAsync(new Uri($"/audit/ledger/tile/{path}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_proof_with_its_disclosure_shows_offline_what_was_forecast()
    {
        await ForecastAsync("proven", "ana-proven");
        var (id, index) = await api.LoggedAsync("proven", "ana-proven");

        var proof = TlogProof.Parse(await BytesAsync(api.Owner, $"/audit/events/{id}/proof")).Value;

        var opened = Disclosure.Parse(proof.Extra!.Value.Span).Value;
        var entry = opened.Leaf.Format().Value;
        Assert.Equal(index, proof.Index);
        Assert.True(proof.Includes(MerkleTree.LeafHash(entry)));
        Assert.Empty(opened.Mismatches());
        Assert.Equal("\"forecast/proven/ana-proven\"", Encoding.UTF8.GetString(opened.Stream!.Value.Span));
        Assert.Equal(0.7, JsonDocument.Parse(opened.Data!.Value).RootElement.GetProperty("statement").GetProperty("probability").GetDouble());
        Assert.Equal(["\"ana-proven\"", "[]", "\"Clouds.\""], opened.Text.Select(t => Encoding.UTF8.GetString(t!.Value.Span)));
        Assert.True(proof.Checkpoint.Note.Verify(await VerifiersAsync()).Is(out _, out var malformed), malformed?.Reason);
        Assert.Equal(entry, await BytesAsync(api.Owner, $"/audit/events/{id}/leaf"));
        Assert.Equal(proof.Extra.Value.ToArray(), await BytesAsync(api.Owner, $"/audit/events/{id}/disclosure"));
    }

    [Fact]
    public async Task A_forecast_is_acknowledged_by_a_signed_receipt_for_exactly_what_was_recorded()
    {
        const int people = 12;
        await api.OpenQuestionAsync("receipts");
        var clients = new List<HttpClient>();
        for (var i = 0; i < people; i++)
            clients.Add(await api.AsAsync($"receiver-{i}", "analyst"));
        var verifiers = await VerifiersAsync();

        async Task Holds(HttpClient client, int i, HttpMethod method, bool isKeyed)
        {
            using var request = new HttpRequestMessage(method, "/questions/receipts/forecast");
            if (method == HttpMethod.Put)
                request.Content = JsonContent.Create(
                    new
                    {
                        probability = 0.3,
                        rationale = "Because \u20ac 5 <are> “few”.",
                        evidence = new[] { "a", "b" },
                    }
                );
            if (isKeyed)
                request.Headers.Add("Idempotency-Key", $"receipt-{i}");
            using var response = await client.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            var recorded = await IsReceiptAsync(response.Headers.GetValues("Ledger-Receipt").Single(), verifiers);
            Assert.Equal($"receiver-{i}", recorded.GetProperty("actor").GetString());
        }

        await Task.WhenAll(clients.Select((c, i) => Holds(c, i, HttpMethod.Put, isKeyed: i % 4 == 0)));
        await Task.WhenAll(clients.Select((c, i) => Holds(c, i, HttpMethod.Delete, isKeyed: false)));
        using var repeated = new HttpRequestMessage(HttpMethod.Put, "/questions/receipts/forecast")
        {
            Content = JsonContent.Create(
                new
                {
                    probability = 0.3,
                    rationale = "Because \u20ac 5 <are> “few”.",
                    evidence = new[] { "a", "b" },
                }
            ),
            Headers = { { "Idempotency-Key", "receipt-0" } },
        };
        using var replayed = await clients[0].SendAsync(repeated);
        Assert.True(replayed.Headers.Contains("Ledger-Receipt"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_line_of_many_forecasts_that_is_recorded_is_answered_with_its_receipt(bool isKeyed)
    {
        const int lines = 30;
        var prefix = $"many-{(isKeyed ? "keyed" : "plain")}";
        var slugs = Enumerable.Range(0, lines).Select(i => $"{prefix}-{i}").ToList();
        foreach (var slug in slugs.Where((_, i) => i % 7 != 3))
            await api.OpenQuestionAsync(slug);
        using var client = await api.AsAsync(prefix, "analyst");
        var verifiers = await VerifiersAsync();

        async Task<List<JsonElement>> SendAsync(string path, string? key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent(
                    string.Concat(slugs.Select(q => $$"""{"question":"{{q}}","probability":0.3,"rationale":"Clouds."}""" + "\n")),
                    Encoding.UTF8,
                    "application/x-ndjson"
                ),
            };
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            using var response = await client.SendAsync(request);
            var answers = await response.Content.ReadAsStringAsync();
            Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            return [.. answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)];
        }

        var answers = await SendAsync("/forecasts", isKeyed ? prefix : null);
        Assert.Equal(lines, answers.Count);
        foreach (var (i, answer) in answers.Index())
        {
            Assert.Equal(i % 7 == 3 ? 404 : 201, answer.GetProperty("status").GetInt32());
            if (i % 7 == 3)
            {
                Assert.False(answer.TryGetProperty("receipt", out _));
                continue;
            }

            var recorded = await IsReceiptAsync(answer.GetProperty("receipt").GetString()!, verifiers);
            Assert.Equal((prefix, $"forecast/{slugs[i]}/{prefix}"), (recorded.GetProperty("actor").GetString(), recorded.GetProperty("stream").GetString()));
        }

        if (isKeyed)
            Assert.Equal(answers.Select(a => a.GetRawText()), (await SendAsync("/forecasts", prefix)).Select(a => a.GetRawText()));
        // They are recorded once more each, and answered without receipts.
        var bare = await SendAsync("/forecasts?receipts=false", null);
        Assert.Equal(slugs.Select((_, i) => i % 7 == 3 ? 404 : 200), bare.Select(a => a.GetProperty("status").GetInt32()));
        Assert.All(bare, a => Assert.False(a.TryGetProperty("receipt", out _)));
    }

    /// <summary>Checks that a receipt is signed and is for exactly what is stored, and gives what it says was recorded.</summary>
    private async Task<JsonElement> IsReceiptAsync(string base64, IReadOnlyList<INoteVerifier> verifiers)
    {
        var receipt = TlogProof.Parse(Convert.FromBase64String(base64)).Value;
        Assert.Equal("log.example/forecasts", CommitReceipts.LogOf(receipt.Checkpoint.Checkpoint.Origin));
        Assert.True(receipt.Checkpoint.Note.Verify(verifiers).Is(out _, out var malformed), malformed?.Reason);
        Assert.True(receipt.Includes(MerkleTree.LeafHash(receipt.Extra!.Value.Span)));
        var recorded = JsonDocument.Parse(receipt.Extra.Value).RootElement;
        var stored = await api.ScalarAsync<string>(
            $$"""
            select jsonb_build_object('actor', user_name, 'data', data, 'id', id, 'stream', stream_id, 'type', type, 'version', version)::text
            from forecasts.mt_events where id = '{{recorded.GetProperty("id").GetGuid()}}'
            """
        );
        var members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(recorded)!;
        var at = members["recordedAt"].GetDateTimeOffset();
        members.Remove("recordedAt");
        Assert.Equal(
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(stored)).Value),
            Encoding.UTF8.GetString(CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes(members)).Value)
        );
        Assert.Equal(at, await api.ScalarAsync<DateTime>($"select timestamp from forecasts.mt_events where id = '{recorded.GetProperty("id").GetGuid()}'"));
        return recorded;
    }

    [Fact]
    public async Task Whoever_reads_without_a_token_is_not_told_why_and_people_are_the_auditors()
    {
        await ForecastAsync("reasons", "ana-reasons");
        var (id, _) = await api.LoggedAsync("reasons", "ana-reasons");
        var opened = Disclosure.Parse(await BytesAsync(api.Nobody, $"/audit/events/{id}/disclosure")).Value;
        Assert.All(opened.Text, Assert.Null);
        Assert.NotNull(opened.Data);
        Assert.Empty(opened.Mismatches());

        var registered = await api.ScalarAsync<Guid>("select id from forecasts.mt_events where stream_id = 'analyst/ana-reasons' and type = 'token_issued'");
        using var analyst = await api.AsAsync("nosy", "analyst");
        using var refused = await analyst.GetAsync(new Uri($"/audit/events/{registered}/disclosure", UriKind.Relative));
        await Json(refused, HttpStatusCode.Forbidden);
        Assert.Null(TlogProof.Parse(await BytesAsync(analyst, $"/audit/events/{registered}/proof")).Value.Extra);
        var audited = Disclosure.Parse(await BytesAsync(api.Owner, $"/audit/events/{registered}/disclosure")).Value;
        Assert.All(audited.Text, Assert.Null);
    }

    [Fact]
    public async Task An_event_that_is_none_is_not_found()
    {
        foreach (var id in new[] { Guid.NewGuid().ToString(), "none", "%20" })
        {
            using var response = await api.Owner.GetAsync(new Uri($"/audit/events/{id}/leaf", UriKind.Relative));
            await Json(response, HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Verification_finds_nothing_and_then_names_what_was_changed()
    {
        await ForecastAsync("verified", "ana-verified");
        var (id, index) = await api.LoggedAsync("verified", "ana-verified");
        var sound = await api.GetAsync("/audit/verify");
        Assert.True(sound.GetProperty("ok").GetBoolean(), sound.ToString());

        await api.ScalarAsync<int>($"update forecasts.mt_events set data = jsonb_set(data, '{{rationale}}', '\"Sun.\"') where id = '{id}' returning 1");
        var spoiled = await api.GetAsync("/audit/verify");

        Assert.False(spoiled.GetProperty("ok").GetBoolean());
        var mismatch = spoiled.GetProperty("mismatches").EnumerateArray().Single();
        Assert.Equal("changed", mismatch.GetProperty("kind").GetString());
        Assert.Equal((id, index), (mismatch.GetProperty("eventId").GetGuid(), mismatch.GetProperty("ledgerIndex").GetInt64()));
        await api.ScalarAsync<int>($"update forecasts.mt_events set data = jsonb_set(data, '{{rationale}}', '\"Clouds.\"') where id = '{id}' returning 1");
        Assert.True((await api.GetAsync("/audit/verify")).GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_tombstone_of_the_event_store_is_no_event_to_auditors()
    {
        await ForecastAsync("buried", "ana-who-is-buried");
        var before = await api.ScalarAsync<string>("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
        var marked = await api.ScalarAsync<long>(
            """
            with stream as (insert into forecasts.mt_streams (id, version) values ('mt_tombstone', 0) on conflict do nothing)
            insert into forecasts.mt_events (seq_id, id, stream_id, version, data, type, mt_dotnet_type)
            select n, gen_random_uuid(), 'mt_tombstone', n, '{}', 'tombstone', 'JasperFx.Events.Tombstone, JasperFx.Events'
            from nextval('forecasts.mt_events_sequence') n returning seq_id
            """
        );
        await ForecastAsync("after-the-buried", "ana-of-later");

        Assert.True((await api.GetAsync("/audit/verify")).GetProperty("ok").GetBoolean());
        var listed = (await api.GetAsync($"/audit/events?limit=500&from={before}")).GetProperty("items").EnumerateArray().ToList();
        Assert.DoesNotContain(listed, e => e.GetProperty("sequence").GetInt64() == marked);
        Assert.Contains(listed, e => e.GetProperty("stream").GetString() == "forecast/after-the-buried/ana-of-later");
    }

    private async Task ForecastAsync(string slug, string analyst)
    {
        await api.OpenQuestionAsync(slug);
        using var person = await api.AsAsync(analyst, "analyst");
        using var response = await person.PutAsJsonAsync($"/questions/{slug}/forecast", new { probability = 0.7, rationale = "Clouds." });
        await Json(response, HttpStatusCode.Created);
        await api.LoggedAsync(slug, analyst);
    }

    private async Task<SignedCheckpoint> CheckpointAsync(HttpClient client)
    {
        var checkpoint = SignedCheckpoint.Parse(await BytesAsync(client, "/audit/ledger/checkpoint")).Value;
        Assert.True(checkpoint.Note.Verify(await VerifiersAsync()).Is(out _, out var malformed), malformed?.Reason);
        return checkpoint;
    }

    private async Task<List<INoteVerifier>> VerifiersAsync()
    {
        var keys = Encoding.UTF8.GetString(await BytesAsync(api.Nobody, "/audit/ledger/keys")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, keys.Length);
        return [.. keys.Select(k => NoteKeys.Verifier(VerifierKey.Parse(k.Split(' ')[0]).Value, Signatures.Algorithms))];
    }

    private static async Task<byte[]> BytesAsync(HttpClient client, string path, bool isImmutable = false)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        Assert.Equal(isImmutable, response.Headers.CacheControl?.ToString().Contains("immutable", StringComparison.Ordinal) ?? false);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
