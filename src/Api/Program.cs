using Api.Running;

var app = await ForecastsApi.BuildAsync(args);
await app.RunAsync();
