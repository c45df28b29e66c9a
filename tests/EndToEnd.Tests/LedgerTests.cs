using System.Net.Http.Json;
using System.Text.Json;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Tiles;
using PostgresServer;
using Samples;
using Signing;

namespace EndToEnd.Tests;

/// <summary>The ledger's commands on running services, across kills and restores.</summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";
    private const int Forecasts = 240;

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-ledger-").FullName;
    private readonly string _files = Directory.CreateTempSubdirectory("forecasts-proofs-").FullName;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_files, recursive: true);
    }

    [Fact]
    public async Task Two_workers_that_are_killed_again_and_again_keep_one_log_and_a_whole_copy_of_it()
    {
        var environment = Environment();
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        await using var api = ProductProcess.Start("Api", environment, "--urls", address, "--Worker:InProcess", "false", "--Access:OwnerToken", Token);
        using var owner = Waiting.Client(address, Token);
        await Waiting.ReadyAsync(owner);
        await Waiting.ProposedAsync(owner, "q", propose: false);

        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var workers = new List<ProductProcess> { ProductProcess.Start("Worker", environment), ProductProcess.Start("Worker", environment) };
        try
        {
            var recording = Task.Run(() => ForecastAsync(owner));
            for (var kills = 0; kills < 6 || !recording.IsCompleted; kills++)
            {
                var size = await SizeAsync();
                await Patience.UntilAsync(
                    async () => recording.IsCompleted || await SizeAsync() > size + random.Next(20),
                    () => $"seed {seed}: nothing is logged"
                );
                var struck = random.Next(workers.Count);
                await workers[struck].KillAsync();
                await workers[struck].DisposeAsync();
                workers[struck] = ProductProcess.Start("Worker", environment);
            }

            await recording;
            await CopiedAsync();
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        var verified = await owner.GetFromJsonAsync<JsonElement>(new Uri("/audit/verify", UriKind.Relative));
        Assert.True(verified.GetProperty("ok").GetBoolean(), $"seed {seed}: {verified}");
        var checkpoint = (await HeadAsync())!;
        Assert.Equal(await SizeAsync(), checkpoint.Size);
        // The copy gives the same tree by itself: from its entries, and from its tiles.
        var hashes = await LeafHashesAsync(checkpoint.Size);
        Assert.Equal(checkpoint.Root, MerkleTree.Root(hashes));
        var tiles = new TileHashes(checkpoint.Size, p => HashTile.Parse(File.ReadAllBytes(Path.Combine(_folder, p.ToString())), p.Width).Value);
        Assert.Equal(checkpoint.Root, tiles.Root());
    }

    [Fact]
    public async Task What_was_forecast_is_proven_offline_the_log_is_audited_from_outside_and_a_restore_is_refused_until_it_is_adopted()
    {
        var environment = Environment();
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] settings = ["--urls", address, "--Access:OwnerToken", Token];
        using var owner = Waiting.Client(address, Token);
        var key = VerifierKeyOf(environment["Ledger__Ed25519Key"]);
        string File(string name) => Path.Combine(_files, name);

        await using (var api = ProductProcess.Start("Api", environment, settings))
        {
            await Waiting.ReadyAsync(owner);
            await Waiting.ProposedAsync(owner, "q", propose: false);
            await CopiedAsync();
            var history = await owner.GetFromJsonAsync<JsonElement>(new Uri("/questions/q/forecasts/owner", UriKind.Relative));
            var step = history.GetProperty("steps")[0].GetProperty("eventId").GetString();
            var proof = await owner.GetByteArrayAsync(new Uri($"/audit/events/{step}/proof", UriKind.Relative));
            await System.IO.File.WriteAllBytesAsync(File("first.tlog-proof"), proof);
            await System.IO.File.WriteAllTextAsync(
                File("spoiled.tlog-proof"),
                System.Text.Encoding.UTF8.GetString(proof).Replace("index ", "index 1", StringComparison.Ordinal)
            );

            using (var acknowledged = await owner.PutAsJsonAsync("/questions/q/forecast", new { probability = 0.6 }))
                await System.IO.File.WriteAllTextAsync(File("receipt"), acknowledged.Headers.GetValues("Ledger-Receipt").Single());
            var audited = await CommandRun.OfAsync("ledger", "audit", address, "--key", key, "--keep", File("checkpoint"));
            Assert.True(audited.ExitCode == 0, audited.ToString());
            Assert.Contains("Sound: the log log.example/forecasts", audited.Output, StringComparison.Ordinal);
            await api.StopAsync();
        }

        // Neither the service nor its database is there to ask.
        var proven = await CommandRun.OfAsync("ledger", "verify", File("first.tlog-proof"), "--key", key);
        Assert.True(proven.ExitCode == 0, proven.ToString());
        Assert.Contains("Proven: forecast_submitted", proven.Output, StringComparison.Ordinal);
        Assert.Contains("by owner in forecast/q/owner", proven.Output, StringComparison.Ordinal);
        var owed = await CommandRun.OfAsync("ledger", "verify", File("receipt"), "--key", key);
        Assert.True(owed.ExitCode == 0, owed.ToString());
        Assert.Contains("Acknowledged: the log log.example/forecasts owes a leaf to forecast_revised", owed.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandRun.OfAsync("ledger", "verify", File("spoiled.tlog-proof"), "--key", key)).ExitCode);
        var other = VerifierKeyOf(Signatures.NewKey(KeyName.Parse(LoggedService.Origin).Value, SignatureType.Ed25519).Format());
        Assert.Equal(1, (await CommandRun.OfAsync("ledger", "verify", File("first.tlog-proof"), "--key", other)).ExitCode);
        Assert.Equal(1, (await CommandRun.OfAsync("ledger", "verify", File("receipt"), "--key", other)).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("ledger", "verify", File("first.tlog-proof"))).ExitCode);

        await EachTableAsync("create table kept_{0} as table forecasts.{0}");
        await using (var api = ProductProcess.Start("Api", environment, settings))
        {
            await Waiting.ReadyAsync(owner);
            await ForecastAsync(owner, 5);
            await CopiedAsync();
            await api.StopAsync();
        }

        await EachTableAsync("delete from forecasts.{0}");
        await EachTableAsync("insert into forecasts.{0} select * from kept_{0}", backwards: true);
        await _database.ScalarAsync<long>("select setval('forecasts.mt_events_sequence', (select max(seq_id) from forecasts.mt_events))");
        var head = (await HeadAsync())!;
        await using (var api = ProductProcess.Start("Api", environment, settings))
        {
            await Waiting.ReadyAsync(owner);
            await ForecastAsync(owner, 1);
            await Patience.UntilAsync(async () => await _database.ScalarAsync<string?>("select refusal from forecasts.ledger_tree") is not null);
            var health = await owner.GetFromJsonAsync<JsonElement>(new Uri("/health/ready", UriKind.Relative));
            Assert.Contains("it was restored from before them", health.GetProperty("ledger").GetString(), StringComparison.Ordinal);
            string[] onDatabase = ["--database", _database.ConnectionString];
            var sick = await CommandRun.OfAsync(["doctor", "--json", .. onDatabase]);
            Assert.Contains("it was restored from before them", sick.Output, StringComparison.Ordinal);
            Assert.Equal(1, sick.ExitCode);
            Assert.Equal((head.Size, head.Root), ((await HeadAsync())!.Size, (await HeadAsync())!.Root));

            var adopted = await CommandRun.OfAsync(["ledger", "adopt", "--from", _folder, .. onDatabase]);
            Assert.True(adopted.ExitCode == 0, adopted.ToString());
            await Patience.UntilAsync(async () =>
                await UnloggedAsync() == 0 && (await HeadAsync())!.Size > head.Size && (await HeadAsync())!.Size == await SizeAsync()
            );

            var continued = await CommandRun.OfAsync("ledger", "audit", address, "--key", key, "--since", File("checkpoint"));
            Assert.True(continued.ExitCode == 0, continued.ToString());
            var ofCopy = await CommandRun.OfAsync("ledger", "audit", _folder, "--key", key, "--since", File("checkpoint"));
            Assert.True(ofCopy.ExitCode == 0, ofCopy.ToString());
            await api.StopAsync();
        }
    }

    private static string VerifierKeyOf(string signerKey) => Signatures.Signer(SignerKey.Parse(signerKey).Value).Value.Key.ToString();

    private async Task EachTableAsync(string sql, bool backwards = false)
    {
        // Events refer to streams.
        string[] tables = ["mt_events", "mt_streams", "ledger_entries", "ledger_tiles", "ledger_checkpoints", "ledger_tree", "ledger_keys"];
        if (backwards)
            Array.Reverse(tables);
        foreach (var table in tables)
            await _database.ScalarAsync<object?>(string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, table));
    }

    private Task CopiedAsync() =>
        Patience.UntilAsync(async () => await UnloggedAsync() == 0 && await HeadAsync() is { } head && head.Size == await SizeAsync());

    private Dictionary<string, string> Environment() =>
        new(
            LoggedService.Environment(
                _database,
                Signatures.NewKey(LoggedService.Name, SignatureType.Ed25519),
                Signatures.NewKey(LoggedService.Name, SignatureType.MlDsa44Cosignature)
            )
        )
        {
            ["Ledger__Folder"] = _folder,
        };

    private static async Task ForecastAsync(HttpClient owner, int forecasts = Forecasts)
    {
        for (var i = 0; i < forecasts; i++)
        {
            using var response = await owner.PutAsJsonAsync("/questions/q/forecast", new { probability = (1 + (i % 99)) / 100.0, rationale = $"Reason {i}." });
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private Task<long> SizeAsync() => _database.ScalarAsync<long>("select coalesce(max(size), 0) from forecasts.ledger_tree");

    private Task<long> UnloggedAsync() =>
        _database.ScalarAsync<long>(
            "select count(*) from forecasts.mt_events e left join forecasts.ledger_entries n on n.event_id = e.id where n.event_id is null"
        );

    private async Task<Checkpoint?> HeadAsync()
    {
        var file = Path.Combine(_folder, "checkpoint");
        return File.Exists(file) ? SignedCheckpoint.Parse(await File.ReadAllBytesAsync(file)).Value.Checkpoint : null;
    }

    private async Task<Digest[]> LeafHashesAsync(long size)
    {
        var hashes = new List<Digest>();
        foreach (var path in EntryBundlePath.Touched(0, size))
        {
            var bundle = EntryBundle.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder, path.ToString())), path.Width).Value;
            hashes.AddRange(bundle.Entries.Select(e => MerkleTree.LeafHash(e.Span)));
        }

        return [.. hashes];
    }
}
