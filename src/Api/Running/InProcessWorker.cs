using Worker;

namespace Api.Running;

/// <summary>
/// Runs the worker as a second host in the API's process; on the same database it can as well run in a process of its own. It is put together
/// while the schema is looked at, and starts beside the rest once the catalogue is in; the service counts as started, and says that it is ready, when
/// the worker has too.
/// </summary>
public sealed class InProcessWorker(
    string connectionString,
    string environment,
    TimeProvider clock,
    IReadOnlyList<IConfigurationSection> settings,
    CatalogueAtStart catalogue
) : IHostedLifecycleService
{
    private readonly Task<IHost> _built = Task.Run(() => Build(connectionString, environment, clock, settings));
    private Task _starting = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _starting = Task.Run(
            async () =>
            {
                var worker = await _built;
                await catalogue.In.WaitAsync(cancellationToken);
                await worker.StartAsync(cancellationToken);
            },
            cancellationToken
        );
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => _starting;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A start that failed has said so already; what there is of the worker is taken down all the same.
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var worker = await _built;
        await worker.StopAsync(cancellationToken);
        worker.Dispose();
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static IHost Build(string connectionString, string environment, TimeProvider clock, IReadOnlyList<IConfigurationSection> settings)
    {
        var builder = Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings
            {
                EnvironmentName = environment,
                // The working directory would be watched for changed settings, and with it whatever is written below it: the embedded database.
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(settings.SelectMany(s => s.AsEnumerable()));
        builder.Services.AddSingleton(clock);
        builder.AddForecastWorker(connectionString, schemaIsThere: true);
        return builder.Build();
    }
}
