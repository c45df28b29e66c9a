using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>The API and the worker as two processes.</summary>
public sealed class TwoProcessTests
{
    private const string Token = "a-token-that-only-this-test-uses-0123456789";

    [Fact]
    public async Task A_confirmation_is_scored_by_a_worker_that_starts_after_the_api_was_killed()
    {
        await using var database = await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = database.ConnectionString };
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        string[] apart = ["--urls", address, "--Worker:InProcess", "false", "--Access:OwnerToken", Token];
        using var owner = Waiting.Client(address, Token);

        await using (var api = ProductProcess.Start("Api", environment, apart))
        {
            await Waiting.ReadyAsync(owner);
            var second = await Waiting.ProposedAsync(owner, "apart");
            await Waiting.ConfirmAsync(second, "apart");
            await api.KillAsync();
        }

        await using var worker = ProductProcess.Start("Worker", environment);
        await using var apiAgain = ProductProcess.Start("Api", environment, apart);
        await Waiting.ReadyAsync(owner);
        using var scores = await Waiting.ScoresAsync(owner, "apart");
        Assert.Equal(1, scores.RootElement.GetProperty("generation").GetInt32());
    }
}
