using Api.Running;
using Cli;
using EmbeddedPostgres;
using Microsoft.AspNetCore.Connections;

if (CommandLine.Takes(args))
    return await CommandLine.RunAsync(args);

try
{
    await (await ForecastsApi.BuildAsync(args)).RunAsync();
    return Environment.ExitCode;
}
catch (StartException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCode.Failed;
}
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync("Somebody else took the port meanwhile. Start it again, or have it listen elsewhere by --urls.");
    return ExitCode.Failed;
}
