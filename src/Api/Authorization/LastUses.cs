using Store.People;

namespace Api.Authorization;

/// <summary>Writes down every minute (<c>Access:LastUseEverySeconds</c>) which tokens were used, and once more when the service stops.</summary>
public sealed class LastUses(TokenUses uses, IConfiguration configuration, TimeProvider clock, ILogger<LastUses> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, configuration.GetValue("Access:LastUseEverySeconds", 60))), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            await TryAsync(CancellationToken.None);
        }
    }

    private async Task TryAsync(CancellationToken token)
    {
        try
        {
            await uses.WriteAsync(token);
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            logger.LogWarning(e, "The last uses of tokens could not be written down; what was noted stays noted until the next time");
        }
    }
}
