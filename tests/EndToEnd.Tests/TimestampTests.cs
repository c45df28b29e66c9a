using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Domain.Ledger.Notes;
using Npgsql;
using PostgresServer;
using Samples;
using Signing;

namespace EndToEnd.Tests;

/// <summary>Time stamps from outside, by an authority that is OpenSSL's.</summary>
public sealed class TimestampTests : IAsyncLifetime
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";

    private readonly string _folder = Directory.CreateTempSubdirectory("forecasts-timestamps-").FullName;
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_checkpoint_is_stamped_at_the_close_of_a_question_and_a_proof_shows_when_by_the_certificate_of_the_authority_alone()
    {
        if (!await OpenSslAuthority.IsInstalledAsync())
            Assert.Skip("openssl is not installed.");
        await using var authority = await OpenSslAuthority.StartAsync(Path.Combine(_folder, "authority"));
        var key = Signatures.NewKey(LoggedService.Name, SignatureType.Ed25519);
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        var environment = LoggedService.Environment(_database, key, Signatures.NewKey(LoggedService.Name, SignatureType.MlDsa44Cosignature));
        environment["Ledger__TimestampUrl"] = authority.Address;
        environment["Ledger__TimestampCertificates"] = authority.Root;
        environment["Ledger__Folder"] = Path.Combine(_folder, "log");
        using var owner = Waiting.Client(address, Token);
        await using var api = ProductProcess.Start("Api", environment, "--urls", address, "--Access:OwnerToken", Token);
        await Waiting.ReadyAsync(owner);
        await StampedAsync(1);
        var first = await _database.ScalarAsync<long>("select min(size) from forecasts.ledger_timestamps");

        var before = DateTimeOffset.UtcNow;
        await Waiting.ProposedAsync(owner, "q", propose: false);
        using (var closed = await owner.PostAsync(new Uri("/questions/q/close", UriKind.Relative), null))
            Assert.True(closed.IsSuccessStatusCode, await closed.Content.ReadAsStringAsync());
        await StampedAsync(2);
        // The hour has not passed: it is the close that was stamped, with every forecast before it.
        Assert.True(
            await _database.ScalarAsync<bool>(
                """
                select max(t.size) > max(n.number) from forecasts.ledger_timestamps t, forecasts.ledger_entries n
                join forecasts.mt_events e on e.id = n.event_id where e.type = 'question_closed'
                """
            )
        );
        Assert.True(await _database.ScalarAsync<long>("select max(size) from forecasts.ledger_timestamps") > first);

        var proof = await LoggedService.ProofAsync(owner, _folder);
        await TamperingIsNamedAsync(owner, Path.Combine(_folder, "log"));
        await api.StopAsync();

        string[] verify = ["ledger", "verify", proof, "--key", Signatures.Signer(key).Value.Key.ToString()];
        var proven = await CommandRun.OfAsync([.. verify, "--tsa", authority.Root, "--json"]);
        Assert.True(proven.ExitCode == 0, proven.ToString());
        var at = proven.Json.GetProperty("timeStamp").GetProperty("at").GetDateTimeOffset();
        // The authority tells whole seconds.
        Assert.InRange(at, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        var words = await CommandRun.OfAsync([.. verify, "--tsa", authority.Certificate]);
        Assert.Contains("time-stamped at", words.Output, StringComparison.Ordinal);
        var unverified = await CommandRun.OfAsync(verify);
        Assert.Contains("was not verified", unverified.Output, StringComparison.Ordinal);
        var other = await CommandRun.OfAsync([.. verify, "--tsa", authority.OtherRoot]);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("by another authority", other.Error, StringComparison.Ordinal);
    }

    /// <summary>Whatever is changed in the copy or in the time stamps is named, and nothing else.</summary>
    private async Task TamperingIsNamedAsync(HttpClient owner, string log)
    {
        await Patience.UntilAsync(async () =>
            (await _database.ScalarAsync<string>("select note from forecasts.ledger_checkpoints order by size desc limit 1"))
            == (File.Exists(Path.Combine(log, "checkpoint")) ? await File.ReadAllTextAsync(Path.Combine(log, "checkpoint")) : null)
        );
        var whole = await VerdictAsync(owner);
        Assert.True(whole.GetProperty("ok").GetBoolean(), whole.ToString());
        Assert.EndsWith("outside.", whole.GetProperty("limits").GetString(), StringComparison.Ordinal);

        var files = Directory.GetFiles(Path.Combine(log, "tile"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var size = await _database.ScalarAsync<long>("select size from forecasts.ledger_tree");
        var current = files.Where(f => f.EndsWith($".p/{size}", StringComparison.Ordinal)).Append(Path.Combine(log, "checkpoint")).ToList();
        Assert.Equal(3, current.Count);
        foreach (var file in current)
        {
            var bytes = await File.ReadAllBytesAsync(file);
            await File.WriteAllBytesAsync(file, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
            await IsNamedAsync(owner, "copy", Path.GetRelativePath(log, file));
            var limits = (await VerdictAsync(owner)).GetProperty("limits").GetString()!;
            Assert.DoesNotContain("no checkpoint", limits, StringComparison.Ordinal);
            Assert.Equal(file == current[^1], limits.Contains("a checkpoint that does not hold", StringComparison.Ordinal));
            // A folder without a checkpoint is written anew.
            if (file != current[^1])
            {
                File.Delete(file);
                await IsNamedAsync(owner, "copy", Path.GetRelativePath(log, file), isMissing: true);
            }

            await File.WriteAllBytesAsync(file, bytes);
        }

        foreach (
            var (change, said) in new[]
            {
                ("token = set_byte(token, length(token) - 1, 255 - get_byte(token, length(token) - 1))", "The time stamp is no"),
                ("token = decode('3000', 'hex')", "no RFC 3161 token"),
                ("taken_at = taken_at - interval '1 second'", "is kept as of"),
                ("token = (select token from forecasts.ledger_timestamps order by size limit 1)", "not over this checkpoint"),
                ("size = size + 1000", "is missing"),
            }
        )
        {
            await ExecuteAsync("create table kept as select * from forecasts.ledger_timestamps");
            await ExecuteAsync($"update forecasts.ledger_timestamps set {change} where size = (select max(size) from kept)");
            await IsNamedAsync(owner, "timestamp", said);
            await ExecuteAsync("delete from forecasts.ledger_timestamps; insert into forecasts.ledger_timestamps select * from kept; drop table kept");
        }

        whole = await VerdictAsync(owner);
        Assert.True(whole.GetProperty("ok").GetBoolean(), whole.ToString());
    }

    private static async Task IsNamedAsync(HttpClient owner, string kind, string said, bool isMissing = false)
    {
        var verdict = await VerdictAsync(owner);
        var mismatch = Assert.Single(verdict.GetProperty("mismatches").EnumerateArray());
        Assert.Equal(kind, mismatch.GetProperty("kind").GetString());
        Assert.Contains(said, mismatch.GetProperty("what").GetString(), StringComparison.Ordinal);
        if (isMissing)
            Assert.Contains("missing", mismatch.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    private static Task<JsonElement> VerdictAsync(HttpClient owner) => owner.GetFromJsonAsync<JsonElement>(new Uri("/audit/verify", UriKind.Relative));

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private Task StampedAsync(int least) =>
        Patience.UntilAsync(async () => await _database.ScalarAsync<long>("select count(*) from forecasts.ledger_timestamps") >= least);

    /// <summary>An authority that hands each query to <c>openssl ts</c>.</summary>
    private sealed class OpenSslAuthority : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly string _folder;
        private readonly Task _serving;

        private OpenSslAuthority(string folder)
        {
            _folder = folder;
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Waiting.FreePort()}/");
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Address { get; }

        public string Root => Path.Combine(_folder, "root.pem");

        public string Certificate => Path.Combine(_folder, "authority.pem");

        public string OtherRoot => Path.Combine(_folder, "other.pem");

        public static async Task<bool> IsInstalledAsync()
        {
            try
            {
                await RunAsync(Path.GetTempPath(), "version");
                return true;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }

        public static async Task<OpenSslAuthority> StartAsync(string folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "usage"), "extendedKeyUsage = critical,timeStamping\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "serial"), "01\n");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "authority.conf"),
                """
                [tsa]
                default_tsa = authority
                [authority]
                serial = serial
                signer_cert = authority.pem
                certs = root.pem
                signer_key = authority.key
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = sha256
                ess_cert_id_alg = sha256
                """
            );
            foreach (var root in new[] { "root", "other" })
                await RunAsync(folder, $"req -x509 -newkey rsa:2048 -nodes -keyout {root}.key -out {root}.pem -subj /CN={root} -days 2");
            await RunAsync(folder, "req -newkey rsa:2048 -nodes -keyout authority.key -out authority.csr -subj /CN=authority");
            await RunAsync(folder, "x509 -req -in authority.csr -CA root.pem -CAkey root.key -CAcreateserial -out authority.pem -days 2 -extfile usage");
            return new OpenSslAuthority(folder);
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
        }

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    var http = await _listener.GetContextAsync();
                    await using (var query = File.Create(Path.Combine(_folder, "query")))
                        await http.Request.InputStream.CopyToAsync(query);
                    await RunAsync(_folder, "ts -reply -config authority.conf -queryfile query -out reply");
                    http.Response.ContentType = "application/timestamp-reply";
                    await http.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(Path.Combine(_folder, "reply")));
                    http.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private static async Task RunAsync(string folder, string arguments)
        {
            var start = new ProcessStartInfo("openssl", arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"openssl {arguments}: {await output} {await error}");
        }
    }
}
