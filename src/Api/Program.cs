using Api.Operating;
using Api.Running;

if (CommandLine.Takes(args)) return await CommandLine.RunAsync(args);

await (await ForecastsApi.BuildAsync(args)).RunAsync();
return Environment.ExitCode;
