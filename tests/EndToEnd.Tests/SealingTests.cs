using System.Net.Http.Json;
using System.Text.Json;
using Domain.Ledger.Notes;
using PostgresServer;
using Samples;
using Signing;

namespace EndToEnd.Tests;

/// <summary>A forecast is sealed, proven and revealed by the commands as an analyst types them.</summary>
public sealed class SealingTests
{
    private const string Token = "a-token-that-only-the-sealing-uses-0123456789";

    [Fact]
    public async Task A_forecast_is_sealed_sent_proven_and_revealed_by_commands()
    {
        var folder = Directory.CreateTempSubdirectory("forecasts-seals-").FullName;
        await using var database = await TestDatabase.CreateAsync();
        var key = Signatures.NewKey(LoggedService.Name, SignatureType.Ed25519);
        var address = $"http://127.0.0.1:{Waiting.FreePort()}";
        await using var api = ProductProcess.Start(
            "Api",
            LoggedService.Environment(database, key, Signatures.NewKey(LoggedService.Name, SignatureType.MlDsa44Cosignature)),
            "--urls",
            address,
            "--Access:OwnerToken",
            Token
        );
        using var owner = Waiting.Client(address, Token);
        await Waiting.ReadyAsync(owner);
        await Waiting.ProposedAsync(owner, "q", propose: false);
        var there = new Dictionary<string, string> { ["FORECASTS_URL"] = address, ["FORECASTS_TOKEN"] = Token };
        var file = Path.Combine(folder, "q.seal.json");

        var offline = await CommandRun.OfAsync("seal", "q", "--statement", """{ "probability": 0.30 }""", "--file", Path.Combine(folder, "other.json"));
        Assert.True(offline.ExitCode == 0, offline.ToString());
        Assert.Equal(44, JsonDocument.Parse(offline.Output).RootElement.GetProperty("seal").GetString()!.Length);
        var sent = await CommandRun.OfAsync(there, "seal", "q", "--probability", "0.7", "--file", file, "--send");
        Assert.True(sent.ExitCode == 0, sent.ToString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(2, (await CommandRun.OfAsync("seal", "q", "--probability", "0.7", "--file", file)).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("seal", "q", "--statement", """{"term":"likely"}""")).ExitCode);
        var early = await CommandRun.OfAsync(there, "reveal", file);
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("has not closed", early.Error, StringComparison.Ordinal);

        var proof = Path.Combine(folder, "q.tlog-proof");
        await File.WriteAllBytesAsync(proof, await ProofAsync(owner));
        string[] keys = ["--key", Signatures.Signer(key).Value.Key.ToString()];
        var verified = await CommandRun.OfAsync(["ledger", "verify", proof, .. keys]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Contains("it is sealed as", verified.Output, StringComparison.Ordinal);
        Assert.Contains(
            """{"probability":0.7}""",
            (await CommandRun.OfAsync(["ledger", "verify", proof, "--seal", file, .. keys])).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(1, (await CommandRun.OfAsync(["ledger", "verify", proof, "--seal", Path.Combine(folder, "other.json"), .. keys])).ExitCode);

        (await owner.PostAsync(new Uri("/questions/q/close", UriKind.Relative), null)).EnsureSuccessStatusCode();
        var revealed = await CommandRun.OfAsync(there, "reveal", file);
        Assert.True(revealed.ExitCode == 0, revealed.ToString());
        Assert.Contains("""Revealed: {"probability":0.7} on q""", revealed.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync(there, "reveal", file)).ExitCode);
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("0.7", "0.8", StringComparison.Ordinal));
        var changed = await CommandRun.OfAsync(there, "reveal", file);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("has been changed", changed.Error, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<byte[]> ProofAsync(HttpClient owner)
    {
        var id = default(string);
        await Patience.UntilAsync(async () =>
        {
            var step = (await owner.GetFromJsonAsync<JsonElement>("/questions/q/forecasts/owner")).GetProperty("steps")[1];
            id = step.GetProperty("eventId").GetString();
            return step.TryGetProperty("ledgerIndex", out var index) && index.ValueKind == JsonValueKind.Number;
        });
        return await owner.GetByteArrayAsync(new Uri($"/audit/events/{id}/proof", UriKind.Relative));
    }
}
