using System.Net;
using Npgsql;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>The commands of the program as an operator types them.</summary>
public sealed class CommandLineTests
{
    private const string Token = "a-token-that-only-the-command-line-uses-4711";

    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "no-forecasts-are-kept-here");

    [Fact]
    public async Task Commands_say_how_they_are_used_and_end_with_a_code_for_each_kind_of_trouble()
    {
        var help = await CommandRun.OfAsync("--help");
        Assert.Equal(0, help.ExitCode);
        foreach (var command in new[] { "people", "tokens", "import", "export", "doctor", "--server", "--json" })
            Assert.Contains(command, help.Output, StringComparison.Ordinal);
        Assert.Contains("--role", (await CommandRun.OfAsync("people", "add", "--help")).Output, StringComparison.Ordinal);

        foreach (
            var wrong in new string[][]
            {
                ["peple"],
                ["people"],
                ["people", "add"],
                ["people", "add", "ana", "--role", "king"],
                ["import", "questions"],
                ["export", "everything"],
                ["doctor", "--frist"],
            }
        )
        {
            var run = await CommandRun.OfAsync(wrong);
            Assert.True(run.ExitCode == 2 && run.Error.Length > 0, $"{string.Join(' ', wrong)}: {run}");
        }

        var nobody = await CommandRun.OfAsync("people", "list", "--data", Nowhere);
        Assert.Equal((3, ""), (nobody.ExitCode, nobody.Output));
        Assert.Contains("--server", nobody.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await CommandRun.OfAsync("people", "list", "--server", $"http://127.0.0.1:{Waiting.FreePort()}")).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("import", "questions", Path.Combine(Nowhere, "none.csv"))).ExitCode);
    }

    [Fact]
    public async Task People_and_tokens_are_kept_through_a_running_service_and_beside_it()
    {
        await using var database = await TestDatabase.CreateAsync();
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        await using var api = ProductProcess.Start(
            "Api",
            new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString },
            "--urls",
            address,
            "--Access:OwnerToken",
            Token,
            "--Catalogue:Load",
            "false"
        );
        using var owner = Waiting.Client(address, Token);
        await Waiting.ReadyAsync(owner);
        var there = new Dictionary<string, string> { ["FORECASTS_URL"] = address, ["FORECASTS_TOKEN"] = Token };

        var added = await CommandRun.OfAsync(there, "people", "add", "ana", "--name", "Ana", "--role", "analyst", "resolver");
        Assert.True(added.ExitCode == 0, added.ToString());
        Assert.Equal(HttpStatusCode.OK, await MeAsync(address, added.Output.Trim()));
        var again = await CommandRun.OfAsync(there, "people", "add", "ana");
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.Contains("409", again.Error, StringComparison.Ordinal);

        // Each of the two ways sees and undoes what the other did.
        string[][] ways =
        [
            ["--server", address, "--token", Token],
            ["--database", database.ConnectionString],
        ];
        foreach (var (one, other) in new[] { (ways[0], ways[1]), (ways[1], ways[0]) })
        {
            var issued = await CommandRun.OfAsync(["tokens", "issue", "ana", "--scope", "analyst", "--expires", "2040-01-01T00:00:00Z", "--json", .. one]);
            Assert.True(issued.ExitCode == 0, issued.ToString());
            var (id, text) = (issued.Json.GetProperty("tokenId").GetString()!, issued.Json.GetProperty("token").GetString()!);
            Assert.Equal(HttpStatusCode.OK, await MeAsync(address, text));
            var listed = (await CommandRun.OfAsync(["tokens", "list", "ana", "--json", .. other]))
                .Json.EnumerateArray()
                .Single(t => t.GetProperty("id").GetString() == id);
            Assert.Equal(("analyst", "2040-01-01T00:00:00Z"), (listed.GetProperty("scopes")[0].GetString(), listed.GetProperty("expiresAt").GetString()));

            Assert.Equal(0, (await CommandRun.OfAsync(["tokens", "revoke", "ana", id, .. other])).ExitCode);
            Assert.Equal(HttpStatusCode.Unauthorized, await MeAsync(address, text));
            Assert.Equal(1, (await CommandRun.OfAsync(["tokens", "revoke", "ana", id, .. one])).ExitCode);
            Assert.Equal(1, (await CommandRun.OfAsync(["tokens", "issue", "ana", "--scope", "admin", .. one])).ExitCode);
            Assert.Equal(1, (await CommandRun.OfAsync(["tokens", "issue", "nobody", .. other])).ExitCode);
            Assert.Equal(
                ["ana", "owner"],
                (await CommandRun.OfAsync(["people", "list", "--json", .. one])).Json.EnumerateArray().Select(p => p.GetProperty("analyst").GetString())
            );
        }

        // What the service refuses by field is said once, on one line, and names the field once.
        var late = await CommandRun.OfAsync("export", "scores", "--from", "2020-02-01", "--to", "2020-01-01", "--server", address, "--token", Token);
        Assert.Equal((1, "Refused (400): 'to' lies before 'from'; write the earlier of the two as 'from'."), (late.ExitCode, late.Error.Trim()));
        var unnamed = await CommandRun.OfAsync("people", "add", "zoe", "--name", "", "--server", address, "--token", Token);
        Assert.Equal((1, "Refused (400): name: A name has 1 to 200 characters; this has none."), (unnamed.ExitCode, unnamed.Error.Trim()));

        Assert.Equal(1, (await CommandRun.OfAsync("people", "list", "--server", address, "--token", "another")).ExitCode);
        Assert.Equal(
            1,
            await database.ScalarAsync<long>("select count(*) from forecasts.mt_events where type = 'token_issued' and user_name like 'operator:%'")
        );
    }

    [Fact]
    public async Task Whoever_lost_every_token_of_an_embedded_service_gets_in_again()
    {
        var folder = Directory.CreateTempSubdirectory("forecasts-e2e-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        try
        {
            var data = Path.Combine(folder, "data");
            var address = $"http://127.0.0.1:{Waiting.FreePort()}";
            string[] arguments = ["--urls", address, "--Embedded:DataDirectory", data, "--Catalogue:Load", "false"];
            await using (var api = ProductProcess.Start("Api", new Dictionary<string, string>(), arguments))
            {
                await Waiting.FirstScreenAsync(api);
                Assert.Equal(0, await api.StopAsync());
            }

            File.Delete(Path.Combine(data, "token"));
            var issued = await CommandRun.OfAsync("tokens", "issue", "owner", "--data", data);
            Assert.True(issued.ExitCode == 0, issued.ToString());

            await using var again = ProductProcess.Start("Api", new Dictionary<string, string>(), arguments);
            await Waiting.FirstScreenAsync(again);
            Assert.Equal(HttpStatusCode.OK, await MeAsync(address, issued.Output.Trim()));
            Assert.Equal(0, await again.StopAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_doctor_finds_what_is_wrong_and_says_what_to_do()
    {
        await using var database = await TestDatabase.CreateAsync();
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] doctor = ["doctor", "--json", "--server", address, "--database", database.ConnectionString];
        async Task<(int ExitCode, Dictionary<string, string> States)> Look()
        {
            var run = await CommandRun.OfAsync(doctor);
            var checks = run.Json.GetProperty("checks").EnumerateArray().ToList();
            Assert.All(checks, c => Assert.Equal(c.GetProperty("state").GetString() != "sound", c.TryGetProperty("toDo", out _)));
            return (run.ExitCode, checks.ToDictionary(c => c.GetProperty("name").GetString()!, c => c.GetProperty("state").GetString()!));
        }

        var empty = await Look();
        Assert.Equal((1, "doubtful", "sound", "broken"), (empty.ExitCode, empty.States["service"], empty.States["database"], empty.States["schema"]));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from pg_namespace where nspname = 'forecasts'"));

        await using (
            ProductProcess.Start(
                "Api",
                new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString },
                "--urls",
                address,
                "--Access:OwnerToken",
                Token
            )
        )
        {
            using var owner = Waiting.Client(address, Token);
            using var scores = await Waiting.ScoresAsync(owner, "nato-enlargement-stands-2021");
            await Waiting.UntilAsync(
                async () =>
                    await database.ScalarAsync<bool>(
                        "select max(last_seq_id) = (select max(seq_id) from forecasts.mt_events) from forecasts.mt_event_progression where name like "
                            + "'Reactions%'"
                    )
                        ? "done"
                        : null,
                "The worker did not get through."
            );
            var running = await Look();
            Assert.True(running is { ExitCode: 0 } && running.States.Values.All(s => s == "sound"), string.Join(' ', running.States));
        }

        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var spoil = new NpgsqlCommand(
                """
                insert into worker.wolverine_dead_letters (id, received_at, message_type, exception_type, exception_message, source, body)
                values (gen_random_uuid(), 'local://scores', 'Worker.ScoringQuestions.ScoreQuestion', 'System.Exception', 'It broke.', 'test', '\x00');
                update forecasts.mt_event_progression set last_seq_id = last_seq_id - 5 where name like 'Reactions%';
                insert into forecasts.pending_scorings (question, trigger) values ('nato-enlargement-stands-2021', 'late-import')
                """,
                connection
            );
            await spoil.ExecuteNonQueryAsync();
        }

        var stopped = await Look();
        Assert.Equal(
            (0, "doubtful", "doubtful", "doubtful", "doubtful"),
            (stopped.ExitCode, stopped.States["service"], stopped.States["reactions"], stopped.States["scores"], stopped.States["dead letters"])
        );

        doctor[^1] = "Host=127.0.0.1;Port=1;Username=nobody;Password=none;Database=none";
        Assert.Equal((1, "broken"), await Look() is var (code, states) ? (code, states["database"]) : default);
    }

    private static async Task<HttpStatusCode> MeAsync(string address, string token)
    {
        using var client = Waiting.Client(address, token);
        using var response = await client.GetAsync(new Uri("/me", UriKind.Relative));
        return response.StatusCode;
    }
}
