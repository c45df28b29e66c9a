using System.CommandLine;
using System.CommandLine.Help;
using Cli.Ledger;
using Cli.Sealing;
using Cli.Witnessing;
using EmbeddedPostgres;
using Npgsql;
using Store.Operations;

namespace Cli;

/// <summary>The commands that operators give; with none of them the service starts.</summary>
public static class CommandLine
{
    private static readonly Option<bool> JsonOption = new("--json") { Description = "Answer in JSON on the output, for programs.", Recursive = true };

    /// <summary>Whether these arguments name a command, as opposed to settings of the service such as <c>--urls</c>, <c>/urls</c> or <c>urls=…</c>.</summary>
    public static bool Takes(string[] arguments) =>
        arguments is [var first, ..]
        && (
            first is "--help" or "-h" or "-?" or "--version"
            || !(first.StartsWith('-') || first.StartsWith('/') || first.Contains('=', StringComparison.Ordinal))
        );

    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        // A word that begins with @ is itself, and no file of further words.
        var line = Root().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Action is not HelpAction && UsageErrors.Of(line) is { Count: > 0 } errors)
        {
            foreach (var error in errors)
                await Console.Error.WriteLineAsync(error);
            await Console.Error.WriteLineAsync("Add --help to see what can be said.");
            return ExitCode.Usage;
        }

        return await line.InvokeAsync();
    }

    /// <summary>Gives a command what it does, with what every command has in common: a terminal, and failures told in a sentence.</summary>
    internal static void Runs(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> run) =>
        command.SetAction(
            async (line, token) =>
            {
                var terminal = new Terminal(line.InvocationConfiguration.Output, line.InvocationConfiguration.Error, line.GetValue(JsonOption));
                try
                {
                    return await run(line, terminal, token);
                }
                catch (CommandException failure)
                {
                    terminal.Say(failure.Message);
                    return failure.ExitCode;
                }
                catch (StartException failure)
                {
                    terminal.Say(failure.Message);
                    return ExitCode.Unreachable;
                }
                catch (Exception e) when (Causes(e).OfType<NpgsqlException>().FirstOrDefault() is { } failure)
                {
                    terminal.Say(DatabaseWords.Of(failure, connectionString: null));
                    return failure is PostgresException ? ExitCode.Failed : ExitCode.Unreachable;
                }
                catch (HttpRequestException)
                {
                    terminal.Say("The connection to the service broke off in the middle. See whether the service still runs, and give the command again.");
                    return ExitCode.Failed;
                }
                catch (IOException)
                {
                    terminal.Say(
                        "A file or a connection gave out in the middle. See whether the disk has room and the service still runs, and give the command again."
                    );
                    return ExitCode.Failed;
                }
                catch (OperationCanceledException)
                {
                    terminal.Say("Cut off.");
                    return 130;
                }
            }
        );

    private static IEnumerable<Exception> Causes(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    private static RootCommand Root()
    {
        var health = new Command("healthcheck", "Asks the service in this container whether it lives.");
        health.SetAction((_, _) => HealthCheck.AskAsync());
        return new RootCommand(
            """
            Forecasts. With no command the service starts; its settings are given as --urls, --ConnectionStrings:Forecasts, --Embedded:DataDirectory and so on
            (docs/operations.md).

            Commands answer on the output and say everything else on the error stream. They end with 0 when done, 1 when refused or failed, 2 when the
            command line is wrong, 3 when neither a service nor a database can be reached.
            """
        )
        {
            PeopleCommands.People(),
            PeopleCommands.Tokens(),
            ImportCommand.Create(),
            ExportCommand.Create(),
            RescoreCommand.Create(),
            RebuildCommand.Create(),
            EraseCommand.Create(),
            DoctorCommand.Create(),
            LedgerCommand.Create(),
            WitnessCommand.Create(),
            SealCommand.Create(),
            RevealSealCommand.Create(),
            health,
            Destination.ServerOption,
            Destination.TokenOption,
            Destination.DatabaseOption,
            Destination.DataOption,
            JsonOption,
        };
    }
}
