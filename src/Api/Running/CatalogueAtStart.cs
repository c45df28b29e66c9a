using Marten;
using Npgsql;
using Store.Importing;
using Store.Operations;
using Store.Views;
using Worker.ScoringQuestions;

namespace Api.Running;

/// <summary>
/// The built-in catalogue on its way in at a start: recorded, scored and shown on the boards, all in this process. A start that was cut off on that way is gone
/// on with by the next one. The crowd's is handed to the worker, which brings it in behind the start.
/// </summary>
public sealed class CatalogueAtStart(
    IDocumentStore store,
    NpgsqlDataSource database,
    HealthDatabase health,
    TimeProvider clock,
    IConfiguration configuration,
    ILogger<CatalogueAtStart> logger
)
{
    private readonly TaskCompletionSource _in = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CatalogueChoice _choice = CatalogueChoice.Of(configuration);
    private bool _shown = !CatalogueChoice.Of(configuration).Brief;

    /// <summary>Ends when the catalogue is in, or there is none to load; a worker that came before would get between.</summary>
    public Task In => _in.Task;

    public async Task LoadAsync(CancellationToken token)
    {
        try
        {
            if (_choice.Crowd)
                await CrowdCatalogue.SendAsync(database, store, clock, token);
            if (_shown)
                return;
            await CatalogueLoader.LoadOnceAsync(store, clock, token);
            await CatalogueScoring.CompleteAsync(database, store, clock, logger, token);
            if (!await IsShownAsync(token))
                await new UnbegunViews(database).MakeAsync(token);
        }
        finally
        {
            _in.TrySetResult();
        }
    }

    /// <summary>
    /// Whether the boards hold the catalogue's scores. Where a worker has begun with the boards before, it is the one that brings them there.
    /// </summary>
    public async ValueTask<bool> IsShownAsync(CancellationToken token)
    {
        if (_shown)
            return true;
        return _shown = await CatalogueProgress.IsShownAsync(health.Source, token);
    }
}
