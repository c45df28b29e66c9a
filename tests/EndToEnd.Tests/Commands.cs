using System.Diagnostics;
using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>What a command of the Api's command line answered, said and ended with.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(new Dictionary<string, string>(), arguments);

    public static Task<CommandRun> OfAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) => FedAsync("", environment, arguments);

    /// <summary>Runs a command that is given something on its input.</summary>
    public static async Task<CommandRun> FedAsync(string input, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var plan = ProductProcess.Plan("Api", environment, arguments);
        plan.RedirectStandardInput = true;
        using var process = Process.Start(plan)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return new CommandRun(process.ExitCode, await output, await error);
    }

    public override string ToString() => $"{ExitCode}\n{Output}\n{Error}";
}
