using Api.Running;

await (await ForecastsApi.BuildAsync(args)).RunAsync();
