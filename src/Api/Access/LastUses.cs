using Npgsql;
using Store.People;

namespace Api.Access;

/// <summary>Writes down every minute (<c>Access:LastUseEverySeconds</c>) which tokens were used, and once more when the service stops.</summary>
public sealed class LastUses(TokenUses uses, IConfiguration configuration, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, configuration.GetValue("Access:LastUseEverySeconds", 60))), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(stoppingToken);
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
        catch (NpgsqlException)
        {
            // What was noted stays noted; the next time may find the database again.
        }
    }
}
