using Worker;

var builder = Host.CreateApplicationBuilder(args);
builder.AddForecastWorker(builder.Configuration.GetConnectionString("Forecasts")
    ?? throw new InvalidOperationException("Set ConnectionStrings__Forecasts to the PostgreSQL database that the API uses; it runs with one of its own when started alone."));
builder.AddForecastTelemetry("forecasts-worker");
await builder.Build().RunAsync();
