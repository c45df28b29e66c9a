using Marten;
using Npgsql;
using Store.Importing;
using Wolverine;

namespace Worker.Importing;

/// <summary>Processes imports, on one node at a time: first the files, in order of arrival, then the scorings that follow from them.</summary>
public sealed class ImportService(NpgsqlDataSource database, IDocumentStore store, IServiceProvider services, TimeProvider clock, ILoggerFactory logging)
    // The turn is lost with its connection. The next node that takes it continues from what was committed.
    : RepeatedWork(BetweenTurns, TimeProvider.System, logging.CreateLogger<ImportService>(), "Imports pause")
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BetweenTurns = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestGathering = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenForgettings = TimeSpan.FromMinutes(10);

    private readonly ILoggerFactory _logging = logging;
    private readonly ILogger _logger = logging.CreateLogger<ImportService>();

    /// <inheritdoc/>
    protected override bool StartsAtOnce => true;

    /// <inheritdoc/>
    protected override TimeSpan AfterFailure => BetweenTurns;

    /// <inheritdoc/>
    protected override async Task<bool> RunAsync(CancellationToken token)
    {
        await using var queue = await ImportQueue.TryTakeAsync(database, token);
        if (queue is not null)
            await WorkAsync(queue, token);
        return false;
    }

    private async Task WorkAsync(ImportQueue queue, CancellationToken token)
    {
        await using var scope = services.CreateAsyncScope();
        var bus = scope.ServiceProvider.GetRequiredService<IMessageBus>();
        var scoring = new BulkScoring(database, store, bus, clock, _logging.CreateLogger<BulkScoring>());
        var runner = new ImportRunner(database, store, bus, clock, _logging.CreateLogger<ImportRunner>());
        var (seen, since) = (0L, clock.GetUtcNow());
        var forgotten = DateTimeOffset.MinValue;
        while (true)
        {
            if (clock.GetUtcNow() - forgotten >= BetweenForgettings)
            {
                forgotten = clock.GetUtcNow();
                if (await queue.ForgetCutOffAsync(forgotten, token) is > 0 and var uploads)
                    _logger.LogInformation("{Uploads} uploads that were cut off are forgotten", uploads);
            }

            var (import, scorings, unfollowed) = await queue.NextAsync(token);
            if (unfollowed is { } last && last != seen)
            {
                // Consecutive changes are followed together: when no more arrive, or when the first one has waited long enough.
                if (seen == 0)
                    since = clock.GetUtcNow();
                seen = last;
            }
            else if (unfollowed is null)
            {
                seen = 0;
            }
            else
            {
                since = DateTimeOffset.MinValue;
            }

            if (import is not null)
                await runner.RunAsync(queue, import, token);
            else if ((scorings && await scoring.WaitsAsync(token)) || (unfollowed is not null && clock.GetUtcNow() - since >= LongestGathering))
            {
                await scoring.RunAsync(queue, token);
                seen = 0;
            }
            else
            {
                await Task.Delay(Pause, token);
            }
        }
    }
}
