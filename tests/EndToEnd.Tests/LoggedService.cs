using System.Net.Http.Json;
using System.Text.Json;
using Domain.Ledger.Notes;
using PostgresServer;

namespace EndToEnd.Tests;

/// <summary>A service that keeps a ledger under a name and keys of its own.</summary>
internal static class LoggedService
{
    /// <summary>The name of the log.</summary>
    public const string Origin = "log.example/forecasts";

    /// <summary>The name of its keys.</summary>
    public static readonly KeyName Name = KeyName.Parse(Origin).Value;

    /// <summary>What the service is told, for a test to add to.</summary>
    public static Dictionary<string, string> Environment(TestDatabase database, SignerKey ed25519, SignerKey mlDsa44) =>
        new()
        {
            ["ConnectionStrings__Forecasts"] = database.ConnectionString,
            ["Catalogue__Load"] = "false",
            ["Ledger__Origin"] = Origin,
            ["Ledger__Ed25519Key"] = ed25519.Format(),
            ["Ledger__MlDsa44Key"] = mlDsa44.Format(),
            ["Ledger__PollMilliseconds"] = "50",
        };

    /// <summary>Writes down the proof of the owner's first step on the question <c>q</c>.</summary>
    /// <returns>The file.</returns>
    public static async Task<string> ProofAsync(HttpClient owner, string folder)
    {
        var history = await owner.GetFromJsonAsync<JsonElement>(new Uri("/questions/q/forecasts/owner", UriKind.Relative));
        var step = history.GetProperty("steps")[0].GetProperty("eventId").GetString();
        var proof = Path.Combine(folder, "proof");
        await File.WriteAllBytesAsync(proof, await owner.GetByteArrayAsync(new Uri($"/audit/events/{step}/proof", UriKind.Relative)));
        return proof;
    }
}
