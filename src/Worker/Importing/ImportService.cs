using Marten;
using Npgsql;
using Store.Importing;
using Wolverine;

namespace Worker.Importing;

/// <summary>Works off what was imported, one node at a time: first the files, in the order in which they came, then the scorings that follow from them.</summary>
public sealed class ImportService(NpgsqlDataSource database, IDocumentStore store, IServiceProvider services, TimeProvider clock, ILoggerFactory logging) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterFailedScoring = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logging.CreateLogger<ImportService>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var turns = await ImportTurns.TryTakeAsync(database, stoppingToken);
                if (turns is not null) await WorkAsync(turns, stoppingToken);
                await Task.Delay(PauseAfterFault, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The turn is lost with its connection; whoever takes the next one goes on from what was committed.
                _logger.LogWarning(e, "Imports pause");
                await Task.Delay(PauseAfterFault, stoppingToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task WorkAsync(ImportTurns turns, CancellationToken token)
    {
        await turns.ForgetCutOffAsync(clock.GetUtcNow(), token);
        await using var scope = services.CreateAsyncScope();
        var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
        var scoring = new BulkScoring(database, store, bus, clock, logging.CreateLogger<BulkScoring>());
        var runner = new ImportRunner(database, store, bus, clock, logging.CreateLogger<ImportRunner>());
        var scoreFrom = DateTimeOffset.MinValue;
        while (true)
        {
            var (import, scorings) = await turns.NextAsync(token);
            if (import is not null) await runner.RunAsync(turns, import, token);
            else if (scorings && clock.GetUtcNow() >= scoreFrom)
            {
                // What cannot be scored is logged, and tried again in a while.
                if (await scoring.RunAsync(turns, token) > 0) scoreFrom = clock.GetUtcNow() + PauseAfterFailedScoring;
            }
            else await Task.Delay(Pause, token);
        }
    }
}
