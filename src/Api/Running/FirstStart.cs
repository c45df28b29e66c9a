using System.Diagnostics;
using Api.Authorization;
using Domain;
using Domain.People;
using EmbeddedPostgres;
using Marten;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Store.Appending;
using Store.People;

namespace Api.Running;

/// <summary>What a fresh service needs: an owner with a token, and the catalogue. Then says what to open and what to type.</summary>
public sealed class FirstStart(IServiceProvider services, EmbeddedMode? embedded, DataFolder? folder) : IHostedLifecycleService
{
    private const string Owner = "owner";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private bool _isNew;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IDocumentStore>();
        var configuration = services.GetRequiredService<IConfiguration>();
        if (embedded is not null)
            await EnsureOwnerAsync(store, given: null, cancellationToken);
        else if (configuration["Access:OwnerToken"] is { Length: >= 32 } given)
            await EnsureOwnerAsync(store, given, cancellationToken);
        await services.GetRequiredService<CatalogueAtStart>().LoadAsync(cancellationToken);
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await ShownAsync(cancellationToken);
        var address = Shown(
            services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:5080"
        );
        folder?.Announce(address);
        if (embedded is not null)
            Console.WriteLine(FirstScreen.OfEmbedded(address, embedded, HasCatalogue, _isNew));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool HasCatalogue => CatalogueChoice.Of(services.GetRequiredService<IConfiguration>()).Brief;

    /// <summary>
    /// Waits, where a worker beside us has to bring the catalogue's scores to the boards, until it has; whoever reads the first screen can go there
    /// at once.
    /// </summary>
    private async Task ShownAsync(CancellationToken token)
    {
        var catalogue = services.GetRequiredService<CatalogueAtStart>();
        var until = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        var worker = services.GetRequiredService<IConfiguration>().GetValue("Worker:InProcess", true);
        while (worker && !await catalogue.IsShownAsync(token) && Stopwatch.GetTimestamp() < until)
            await Task.Delay(Pause, token);
    }

    // Where it listens on every address, one of them that this machine can open.
    private static string Shown(string address) =>
        address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);

    private async Task EnsureOwnerAsync(IDocumentStore store, string? given, CancellationToken token)
    {
        await using var session = store.LightweightSession();
        session.LastModifiedBy = Owner;
        var key = StreamKeys.Analyst(Owner);
        var owner = await session.LoadAsync<Analyst>(key, token);
        var kept = given ?? (File.Exists(embedded!.TokenFile) ? (await File.ReadAllTextAsync(embedded.TokenFile, token)).Trim() : null);
        if (embedded is not null)
            OwnerOnly.Close(embedded.TokenFile);
        if (owner is not null && kept is not null && owner.Tokens.Any(t => t.Hash == BearerTokens.Hash(kept)))
            return;

        var (text, issued) = BearerTokens.Issue(expiresAt: null);
        if (given is not null)
            (text, issued) = (given, issued with { Prefix = given[..6], Hash = BearerTokens.Hash(given) });
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToMicroseconds();
        if (owner is null)
            session.Start<Analyst>(key, [new AnalystRegistered(Owner, "Owner", ForecasterKind.Person, [.. Enum.GetValues<Role>()]), issued], now);
        else
            session.Append(key, owner.Version, [issued], now);
        if (embedded is not null)
            await OwnerOnly.WriteAsync(embedded.TokenFile, text + Environment.NewLine, token);
        await session.SaveChangesAsync(token);
        _isNew = true;
    }
}
