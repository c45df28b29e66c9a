using System.Net.Http.Json;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>A rebuild across a kill.</summary>
public sealed class RebuildTests
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";

    [Fact]
    public async Task A_rebuild_that_is_killed_leaves_the_service_answering_and_the_next_completes_while_forecasts_come_in()
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
        using var second = await Waiting.ProposedAsync(owner, "scored");
        await Waiting.ConfirmAsync(second, "scored");
        using (await Waiting.ScoresAsync(owner, "scored")) { }

        using var other = await Waiting.ProposedAsync(owner, "open", propose: false);
        var before = await ScoresAsync(owner);
        Assert.Contains("scored", before, StringComparison.Ordinal);
        // What only a rebuild mends shows which tables are read.
        await database.ScalarAsync<string>("update forecasts.view_score_rows set coverage = 0.125 where forecaster = 'owner' returning question");
        var spoilt = await ScoresAsync(owner);
        Assert.NotEqual(before, spoilt);

        using var enough = new CancellationTokenSource();
        var writing = Task.Run(() => ForecastAsync(owner, enough.Token), CancellationToken.None);
        await using (await database.HoldAsync("lock table forecasts.view_questions, forecasts.view_forecast_steps in access share mode"))
        {
            await using var killed = ProductProcess.Start("Api", new Dictionary<string, string>(), "rebuild", "--database", database.ConnectionString);
            await Waiting.UntilAsync(
                async () =>
                    await database.ScalarAsync<long>("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and not granted") > 0 ? "waiting" : null,
                "The rebuild did not come to the switch."
            );
            var late = await CommandRun.OfAsync("rebuild", "--database", database.ConnectionString);
            Assert.Equal((1, ""), (late.ExitCode, late.Output));
            await killed.KillAsync();
        }

        Assert.Equal(spoilt, await ScoresAsync(owner));
        var rebuilt = await Waiting.UntilAsync(
            async () => await CommandRun.OfAsync("rebuild", "--json", "--database", database.ConnectionString) is { ExitCode: 0 } run ? run : null,
            "No rebuild completed."
        );
        Assert.Equal(
            ["questions", "analysts", "score-rows", "forecast-steps", "generations", "imported-steps"],
            rebuilt.Json.GetProperty("views").EnumerateArray().Select(v => v.GetProperty("view").GetString())
        );
        Assert.Equal(before, await ScoresAsync(owner));

        await enough.CancelAsync();
        Assert.True(await writing > 0);
        await Waiting.UntilAsync(
            async () =>
                await database.ScalarAsync<bool>(
                    """
                    select count(*) = (select count(*) from forecasts.mt_events where type in ('forecast_submitted', 'forecast_revised'))
                        and count(*) = count(distinct sequence)
                    from forecasts.view_forecast_steps
                    """
                )
                    ? "same"
                    : null,
            "The steps are not those of the events."
        );
        Assert.Equal(0, (await CommandRun.OfAsync("rebuild", "--view", "forecast-steps", "--database", database.ConnectionString)).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("rebuild", "--view", "everything", "--database", database.ConnectionString)).ExitCode);
        Assert.Equal(0, await api.StopAsync());
    }

    private static async Task<string> ScoresAsync(HttpClient client)
    {
        using var response = await client.GetAsync(new Uri("/analysts/owner/scores", UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode, response.ToString());
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<int> ForecastAsync(HttpClient client, CancellationToken enough)
    {
        var made = 0;
        while (!enough.IsCancellationRequested)
        {
            using var response = await client.PutAsync(
                new Uri("/questions/open/forecast", UriKind.Relative),
                JsonContent.Create(new { probability = ((made % 97) + 1) / 100.0 }),
                CancellationToken.None
            );
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(CancellationToken.None));
            made++;
        }

        return made;
    }
}
