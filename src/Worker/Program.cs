using JasperFx;
using Worker;
using Worker.Health;

var builder = Host.CreateApplicationBuilder(args);
if (args is ["healthcheck"])
    return WorkerHealth.Ask(builder.Configuration, TimeProvider.System);

// Generating the handlers' adapters (see docs/architecture.md) needs only the handlers and no connection.
var writesAdapters = args is ["codegen", ..];
builder.AddForecastWorker(
    builder.Configuration.GetConnectionString("Forecasts")
        ?? (
            writesAdapters
                ? "Host=nowhere"
                : throw new InvalidOperationException(
                    "Set ConnectionStrings__Forecasts to the PostgreSQL database that the API uses; it runs with one of its own when started alone."
                )
        )
);
builder.AddForecastTelemetry("forecasts-worker");
builder.Services.AddHostedService<WorkerHealth>();
var host = builder.Build();
if (writesAdapters)
    return await host.RunJasperFxCommands(args);
await host.RunAsync();
return 0;
