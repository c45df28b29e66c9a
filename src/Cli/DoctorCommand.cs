using System.CommandLine;
using Domain;
using Store.Operations;

namespace Cli;

/// <summary><c>doctor</c>: looks at the service and its database, and says what to do about what it finds.</summary>
public static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            """
            Looks at the service and at its database, and says what to do about what it finds; changes nothing. It works on the database itself, with or
            without a running service: an embedded one that does not run is started for as long. It ends with 1 where something is broken.
            """
        );
        command.Runs(
            async (line, terminal, token) =>
            {
                var checks = new List<Check>();
                void Tell(Check check)
                {
                    checks.Add(check);
                    if (!terminal.Json)
                        terminal.AnswerLine(check, () => Words(check));
                }

                Tell(await ServiceAsync(line, token));
                await using var destination = await Destination.FindDatabaseAsync(line);
                await using var diagnosis = new StoreDiagnosis(destination.ConnectionString!, destination.EmbeddedFolder, TimeProvider.System);
                await foreach (var check in diagnosis.ChecksAsync(token))
                    Tell(check);

                var broken = checks.Count(c => c.State == CheckState.Broken);
                var doubtful = checks.Count(c => c.State == CheckState.Doubtful);
                if (terminal.Json)
                    terminal.Answer(
                        new
                        {
                            broken,
                            doubtful,
                            checks,
                        },
                        () => ""
                    );
                else
                    terminal.Say(broken + doubtful == 0 ? "All is sound." : $"{broken} broken, {doubtful} doubtful.");
                return broken > 0 ? ExitCode.Failed : ExitCode.Done;
            }
        );
        return command;
    }

    private static async Task<Check> ServiceAsync(ParseResult line, CancellationToken token)
    {
        var (server, answers) = await Destination.LookForServiceAsync(line, token);
        if (server is null)
            return Check.Doubtful(
                "service",
                "No service runs on the data folder, and none was named.",
                "Start it, or name it by --server where it is elsewhere."
            );
        if (!answers)
            return Check.Doubtful("service", $"The service does not answer at {server}.", "Start it, or name it by --server where it is elsewhere.");
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var ready = await http.GetAsync(new Uri(new Uri(server), "/health/ready"), token);
        return ready.IsSuccessStatusCode
            ? Check.Sound("service", $"{server} is ready.")
            : Check.Broken("service", $"{server} is not ready. {await ServiceClient.ExplainAsync(ready, token)}", "Follow what the next checks say.");
    }

    private static string Words(Check check) =>
        $"{Spelling.Of(check.State), -9} {check.Name, -13} {check.Found}{(check.ToDo is null ? "" : $"{Environment.NewLine}{"", 23} → {check.ToDo}")}";
}
