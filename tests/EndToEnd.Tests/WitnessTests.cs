using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Tiles;
using Domain.Ledger.Witnesses;
using PostgresServer;
using Samples;
using Signing;

namespace EndToEnd.Tests;

/// <summary>A running service, and a witness as a process of its own.</summary>
public sealed class WitnessTests : IAsyncLifetime
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";
    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-witness-").FullName;
    private readonly SignerKey _ed25519 = Signatures.NewKey(LoggedService.Name, SignatureType.Ed25519);
    private readonly SignerKey _mlDsa44 = Signatures.NewKey(LoggedService.Name, SignatureType.MlDsa44Cosignature);
    private readonly string _witnessUrl = $"http://127.0.0.1:{Waiting.FreePort()}";
    private readonly string _address = $"http://127.0.0.1:{Waiting.FreePort()}";
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_witness_cosigns_the_log_is_not_waited_for_while_it_is_dead_and_refuses_a_fork_and_a_restored_database_is_not_signed()
    {
        using var owner = Waiting.Client(_address, Token);
        using var client = new HttpClient();
        var witness = StartWitness();
        try
        {
            var keys = await WitnessKeysAsync(witness);
            var environment = Environment(keys);
            string[] settings = ["--urls", _address, "--Access:OwnerToken", Token];
            await using (var api = ProductProcess.Start("Api", environment, settings))
            {
                await Waiting.ReadyAsync(owner);
                await Waiting.ProposedAsync(owner, "q", propose: false);
                await WitnessedAsync();
                var served = SignedCheckpoint.Parse(await owner.GetByteArrayAsync(new Uri("/audit/ledger/checkpoint", UriKind.Relative))).Value;
                IEnumerable<VerifierKey> all = [.. keys, Signatures.Signer(_ed25519).Value.Key, Signatures.Signer(_mlDsa44).Value.Key];
                Assert.Equal(4, served.Note.Verify([.. all.Select(k => NoteKeys.Verifier(k, Signatures.Algorithms))]).Value.Count);

                // An outsider, by the policy that he keeps.
                var policy = Path.Combine(_folder, "policy");
                await File.WriteAllBytesAsync(policy, await owner.GetByteArrayAsync(new Uri("/audit/ledger/policy", UriKind.Relative)));
                var proof = await LoggedService.ProofAsync(owner, _folder);
                var proven = await CommandRun.OfAsync("ledger", "verify", proof, "--policy", policy);
                Assert.True(proven.ExitCode == 0 && proven.Output.Contains("cosigned by w1", StringComparison.Ordinal), proven.ToString());
                var audited = await CommandRun.OfAsync("ledger", "audit", _address, "--policy", policy);
                Assert.True(audited.ExitCode == 0 && audited.Output.Contains("cosigned by w1", StringComparison.Ordinal), audited.ToString());

                await RefusesForksAsync(client, (await ShownAsync(client)).Checkpoint);

                // Dead, it holds up nothing, and it is seen.
                await witness.KillAsync();
                await ForecastAsync(owner, 30);
                await SequencedAsync();
                await Patience.UntilAsync(async () =>
                    (await owner.GetFromJsonAsync<JsonElement>(new Uri("/health/ready", UriKind.Relative))).TryGetProperty("witnesses", out var w)
                    && w.GetString()!.Contains("It does not answer", StringComparison.Ordinal)
                );
                var looked = await CommandRun.OfAsync("doctor", "--database", _database.ConnectionString, "--server", _address);
                Assert.Contains("gives no cosignature since", looked.Output, StringComparison.Ordinal);
                Assert.Contains("sound     schema", looked.Output, StringComparison.Ordinal);

                // It remembers where it was, and catches up.
                await witness.DisposeAsync();
                witness = StartWitness();
                await WitnessedAsync();
                Assert.Equal(await SizeAsync(), (await ShownAsync(client)).Checkpoint.Size);
                var verified = await owner.GetFromJsonAsync<JsonElement>(new Uri("/audit/verify", UriKind.Relative));
                Assert.True(verified.GetProperty("ok").GetBoolean(), verified.ToString());

                await EachTableAsync("create table kept_{0} as table forecasts.{0}");
                await ForecastAsync(owner, 5);
                await WitnessedAsync();
                await api.StopAsync();
            }

            // The restored database has no copy beside it but what the witness remembers.
            var known = (await ShownAsync(client)).Checkpoint.Size;
            await EachTableAsync("delete from forecasts.{0}");
            await EachTableAsync("insert into forecasts.{0} select * from kept_{0}", backwards: true);
            await _database.ScalarAsync<long>("select setval('forecasts.mt_events_sequence', (select max(seq_id) from forecasts.mt_events))");
            var restored = await SizeAsync();
            await using (var api = ProductProcess.Start("Api", environment, settings))
            {
                await Waiting.ReadyAsync(owner);
                await ForecastAsync(owner, 9);
                await Patience.UntilAsync(async () => await _database.ScalarAsync<string?>("select refusal from forecasts.ledger_tree") is not null);
                var refusal = await _database.ScalarAsync<string>("select refusal from forecasts.ledger_tree");
                Assert.Contains($"has {known} leaves, and the database has {restored}", refusal, StringComparison.Ordinal);
                Assert.Equal(restored, await SizeAsync());
                Assert.Equal(known, (await ShownAsync(client)).Checkpoint.Size);
                await api.StopAsync();
            }
        }
        finally
        {
            await witness.DisposeAsync();
        }
    }

    /// <summary>Another tree, which the log's own key has signed.</summary>
    private async Task RefusesForksAsync(HttpClient client, Checkpoint known)
    {
        async Task<(HttpStatusCode Status, string? Type, string Body)> Post(AddCheckpointRequest request, string? text = null)
        {
            using var content = new ByteArrayContent(text is null ? request.Format() : Encoding.UTF8.GetBytes(text));
            using var response = await client.PostAsync(new Uri($"{_witnessUrl}/{WitnessPaths.AddCheckpoint}"), content);
            return (response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
        }

        SignedCheckpoint Sign(string origin, long size, Digest root) =>
            SignedCheckpoint.Sign(new Checkpoint(origin, size, root), [Signatures.Signer(_ed25519).Value], 0);
        var size = (int)known.Size;
        Digest[] leaves = [.. Enumerable.Range(0, size + 5).Select(i => MerkleTree.LeafHash([(byte)i]))];
        var growth = TreeEdge.Empty.Append(leaves);
        var tiles = growth.Tiles.ToDictionary(t => t.Path, t => t.Tile);
        var proof = new TileHashes(size + 5, p => tiles[p]).Consistency(size).Hashes;

        var same = await Post(new AddCheckpointRequest(size, [], Sign(LoggedService.Origin, size, MerkleTree.Root(leaves.AsSpan(0, size)))));
        Assert.Equal((HttpStatusCode.Conflict, TreeSizeAnswer.MediaType, $"{size}\n"), same);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await Post(new AddCheckpointRequest(size, proof, Sign(LoggedService.Origin, size + 5, growth.Edge.Root())))).Status
        );
        var late = await Post(new AddCheckpointRequest(0, [], Sign(LoggedService.Origin, size + 5, growth.Edge.Root())));
        Assert.Equal((HttpStatusCode.Conflict, TreeSizeAnswer.MediaType, $"{size}\n"), late);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(new AddCheckpointRequest(0, [], Sign("other.example", 1, leaves[0])))).Status);
        var unsigned = Signatures.Signer(Signatures.NewKey(LoggedService.Name, SignatureType.Ed25519)).Value;
        var byOther = new AddCheckpointRequest(0, [], SignedCheckpoint.Sign(new Checkpoint(LoggedService.Origin, size + 5, growth.Edge.Root()), [unsigned], 0));
        Assert.Equal(HttpStatusCode.Forbidden, (await Post(byOther)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(byOther, "old 0\n")).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post(byOther, new string('a', 2_000_000))).Status);
        Assert.Equal((known.Size, known.Root), ((await ShownAsync(client)).Checkpoint.Size, (await ShownAsync(client)).Checkpoint.Root));
    }

    private ProductProcess StartWitness() =>
        ProductProcess.Start(
            "Api",
            new Dictionary<string, string>(),
            "witness",
            Path.Combine(_folder, "witness"),
            "--name",
            "witness.example/w1",
            "--urls",
            _witnessUrl,
            "--log",
            Signatures.Signer(_ed25519).Value.Key.ToString(),
            "--log",
            Signatures.Signer(_mlDsa44).Value.Key.ToString()
        );

    private static async Task<IReadOnlyList<VerifierKey>> WitnessKeysAsync(ProductProcess witness)
    {
        await Patience.UntilAsync(() => witness.Output.Contains("The witness listens at", StringComparison.Ordinal), () => witness.Output);
        var lines = witness.Output.Split('\n', StringSplitOptions.TrimEntries);
        return [.. lines.Where(l => l.StartsWith("witness.example/w1+", StringComparison.Ordinal)).Select(l => VerifierKey.Parse(l).Value)];
    }

    private Dictionary<string, string> Environment(IReadOnlyList<VerifierKey> keys) =>
        new(LoggedService.Environment(_database, _ed25519, _mlDsa44))
        {
            ["Ledger__WitnessSeconds"] = "0.2",
            ["Ledger__Witnesses__0__Url"] = _witnessUrl,
            ["Ledger__Witnesses__0__Key"] = keys[0].ToString(),
            ["Ledger__Witnesses__1__Url"] = _witnessUrl,
            ["Ledger__Witnesses__1__Key"] = keys[1].ToString(),
        };

    /// <summary>What the witness shows of the log to everybody.</summary>
    private async Task<SignedCheckpoint> ShownAsync(HttpClient client) =>
        SignedCheckpoint.Parse(await client.GetByteArrayAsync(new Uri($"{_witnessUrl}/{WitnessPaths.Checkpoint(LoggedService.Origin)}"))).Value;

    private Task WitnessedAsync() =>
        Patience.UntilAsync(async () =>
            await UnloggedAsync() == 0
            && await _database.ScalarAsync<bool?>("select is_witnessed from forecasts.ledger_checkpoints order by size desc limit 1") is true
        );

    private Task SequencedAsync() => Patience.UntilAsync(async () => await UnloggedAsync() == 0);

    private Task<long> SizeAsync() => _database.ScalarAsync<long>("select size from forecasts.ledger_tree");

    private Task<long> UnloggedAsync() =>
        _database.ScalarAsync<long>(
            "select count(*) from forecasts.mt_events e left join forecasts.ledger_entries n on n.event_id = e.id where n.event_id is null"
        );

    private async Task EachTableAsync(string sql, bool backwards = false)
    {
        // Events refer to streams.
        string[] tables = ["mt_events", "mt_streams", "ledger_entries", "ledger_tiles", "ledger_checkpoints", "ledger_tree", "ledger_keys", "ledger_witnesses"];
        if (backwards)
            Array.Reverse(tables);
        foreach (var table in tables)
            await _database.ScalarAsync<object?>(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, table));
    }

    private static async Task ForecastAsync(HttpClient owner, int forecasts)
    {
        for (var i = 0; i < forecasts; i++)
        {
            using var response = await owner.PutAsJsonAsync("/questions/q/forecast", new { probability = (1 + (i % 99)) / 100.0, rationale = $"Reason {i}." });
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
