using Api.Running;

if (args is ["healthcheck"]) return await HealthCheck.AskAsync();

await (await ForecastsApi.BuildAsync(args)).RunAsync();
return 0;
