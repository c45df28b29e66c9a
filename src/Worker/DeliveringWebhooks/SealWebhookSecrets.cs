using Marten;
using Store.Webhooks;

namespace Worker.DeliveringWebhooks;

/// <summary>At startup, seals the secrets that an earlier version stored unsealed, if there is a key.</summary>
public sealed partial class SealWebhookSecrets(IDocumentStore store, WebhookSecrets secrets, ILogger<SealWebhookSecrets> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var session = store.LightweightSession();
            var open = await session.Query<Webhook>().Where(w => !w.Secret.StartsWith(WebhookSecrets.Sealed)).ToListAsync(stoppingToken);
            if (open.Count > 0 && !secrets.CanSeal)
                LeftOpen(open.Count);
            if (open.Count == 0 || !secrets.CanSeal)
                return;
            session.Store(open.Select(w => w with { Secret = secrets.Keep(w.Id, w.Secret) }));
            await session.SaveChangesAsync(stoppingToken);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Failed(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} webhooks have secrets that are not sealed; set Webhooks:SecretKey, and the next start seals them")]
    private partial void LeftOpen(int count);

    [LoggerMessage(LogLevel.Warning, "The secrets of earlier webhooks could not be sealed; the next start tries again")]
    private partial void Failed(Exception reason);
}
