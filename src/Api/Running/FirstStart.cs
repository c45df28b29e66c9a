using Api.Access;
using Domain;
using Domain.People;
using Marten;
using Store;
using Store.BuiltInCatalogue;

namespace Api.Running;

/// <summary>What a fresh service needs: an owner with a token, and the catalogue. Then says what to open and what to type.</summary>
public sealed class FirstStart(IServiceProvider services, EmbeddedMode? embedded) : IHostedLifecycleService
{
    private const string Owner = "owner";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IDocumentStore>();
        var configuration = services.GetRequiredService<IConfiguration>();
        if (embedded is not null) await EnsureOwnerAsync(store, given: null, cancellationToken);
        else if (configuration["Access:OwnerToken"] is { Length: >= 32 } given) await EnsureOwnerAsync(store, given, cancellationToken);
        if (configuration.GetValue("Catalogue:Load", true))
        {
            await CatalogueLoader.LoadOnceAsync(store, services.GetRequiredService<TimeProvider>(), cancellationToken);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (embedded is null) return Task.CompletedTask;
        var address = services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features
            .Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:5080";
        Console.WriteLine($"""

            Forecasts is ready.

              Open   {address}/docs
              Token  {File.ReadAllText(embedded.TokenFile).Trim()}   (of {Owner}, who may do everything; kept in {embedded.TokenFile})
              Try    curl -s -H "Authorization: Bearer $(cat {embedded.TokenFile})" {address}/questions/nato-enlargement-stands-2021/scores

            Ctrl+C stops it, its worker and its PostgreSQL.

            """);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EnsureOwnerAsync(IDocumentStore store, string? given, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        session.LastModifiedBy = Owner;
        var key = StreamKeys.Analyst(Owner);
        var owner = await session.LoadAsync<Analyst>(key, token);
        var kept = given ?? (File.Exists(embedded!.TokenFile) ? (await File.ReadAllTextAsync(embedded.TokenFile, token)).Trim() : null);
        if (owner is not null && kept is not null && owner.Tokens.Any(t => t.Hash == BearerTokens.Hash(kept))) return;

        var (text, issued) = BearerTokens.Issue(expiresAt: null);
        if (given is not null) (text, issued) = (given, issued with { Prefix = given[..6], Hash = BearerTokens.Hash(given) });
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToMicroseconds();
        if (owner is null) session.Start<Analyst>(key, [new AnalystRegistered(Owner, "Owner", ForecasterKind.Person, [.. Enum.GetValues<Role>()]), issued], now);
        else session.Append(key, owner.Version, [issued], now);
        if (embedded is not null) await KeepAsync(embedded.TokenFile, text, token);
        await session.SaveChangesAsync(token);
    }

    private static async Task KeepAsync(string file, string text, CancellationToken token)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(file, options);
        await writer.WriteLineAsync(text.AsMemory(), token);
    }
}
