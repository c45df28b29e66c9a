using Worker;

namespace Api.Running;

/// <summary>Runs the worker as a second host in the API's process; on the same database it can as well run in a process of its own.</summary>
public sealed class WorkerBeside(string connectionString, string environment, TimeProvider clock, IConfigurationSection webhooks) : IHostedService
{
    private IHost? _worker;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(webhooks.AsEnumerable());
        builder.Services.AddSingleton(clock);
        builder.AddForecastWorker(connectionString);
        _worker = builder.Build();
        await _worker.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_worker is null) return;
        await _worker.StopAsync(cancellationToken);
        _worker.Dispose();
    }
}
