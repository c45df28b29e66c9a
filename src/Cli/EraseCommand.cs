using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Store.Erasing;

namespace Cli;

/// <summary><c>erase text|person|refusals|files</c>.</summary>
public static class EraseCommand
{
    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why. It is recorded; do not repeat in it what is erased.",
        Required = true,
    };

    public static Command Create() => new("erase", "Erases what people wrote, and people.") { Text(), Person(), Refusals(), Files() };

    private static Command Text()
    {
        var id = new Argument<string>("event") { Description = "The id of the event, as a forecast's history and the audit trail show it." };
        var fields = new Option<string[]>("--field")
        {
            Description = "A field of the event, such as rationale or evidence; several may be named. Else every text of it.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "text",
            """
            Erases texts of an event, and the same texts elsewhere in its stream. The event stays, and its leaf in the ledger; that they were erased is
            recorded. It goes through a running service.
            """
        )
        {
            id,
            fields,
            Reason,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindServiceAsync(line, token);
                var body = new Dictionary<string, object> { ["reason"] = line.GetRequiredValue(Reason) };
                if (line.GetValue(fields) is { Length: > 0 } named)
                    body["texts"] = named;
                var answer = await destination.Service!.AskAsync(
                    HttpMethod.Post,
                    $"/audit/events/{Uri.EscapeDataString(line.GetRequiredValue(id))}/erasure",
                    body,
                    token
                );
                var events = answer.GetProperty("erased").GetArrayLength();
                terminal.Answer(answer, () => $"Erased in {events} event{(events == 1 ? "" : "s")} of {answer.GetProperty("stream").GetString()}.");
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Person()
    {
        var analyst = new Argument<string>("analyst") { Description = "The name: a to z, 0 to 9 and '-'. It stays, and the forecasts and scores under it." };
        var command = new Command(
            "person",
            """
            Erases a person: what they are called, who they are to the identity provider, their tokens, roles and webhooks, why they forecast so, and what they
            wrote about questions and outcomes. It goes through a running service.
            """
        )
        {
            analyst,
            Reason,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindServiceAsync(line, token);
                var name = line.GetRequiredValue(analyst);
                var answer = await destination.Service!.AskAsync(
                    HttpMethod.Post,
                    $"/analysts/{Uri.EscapeDataString(name)}/erasure",
                    new { reason = line.GetRequiredValue(Reason) },
                    token
                );
                terminal.Answer(
                    answer,
                    () => $"{name} is erased: {answer.GetProperty("texts").GetInt32()} texts in {answer.GetProperty("events").GetInt32()} events."
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Refusals()
    {
        var import = new Argument<string>("import") { Description = "The id of the import, as its address has it." };
        var command = new Command(
            "refusals",
            """
            Erases why rows of an import were refused: a reason quotes the cell at fault, or its beginning. How many were refused stays. It works on the
            database itself.
            """
        )
        {
            import,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindDatabaseAsync(line);
                var id = line.GetRequiredValue(import);
                var rows = await RefusalCopies.ForgetAsync(destination.Database, id, token) ?? throw new CommandException($"There is no import '{id}'.");
                terminal.Answer(new { import = id, rows }, () => $"Erased: why {rows} row{(rows == 1 ? " was" : "s were")} refused.");
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static Command Files()
    {
        var command = new Command(
            "files",
            """
            Rewrites the tables that held erased texts, so that the files of the database no longer hold them. It works on the database itself. Each table
            is locked while it is written, and takes as much room again: do it when nobody works.
            """
        );
        command.Runs(
            async (line, terminal, token) =>
            {
                await using var destination = await Destination.FindDatabaseAsync(line);
                var (files, clock) = (new ErasedFiles(destination.Database), Stopwatch.StartNew());
                foreach (var table in ErasedFiles.Tables)
                {
                    terminal.Progress(table);
                    await files.RewriteAsync(table, token);
                }

                var left = await files.LeaveLogAsync(token);
                terminal.Answer(
                    new
                    {
                        seconds = clock.Elapsed.TotalSeconds,
                        tables = ErasedFiles.Tables,
                        checkpoint = left,
                    },
                    () =>
                        string.Create(CultureInfo.InvariantCulture, $"Written anew: {ErasedFiles.Tables.Count} tables, in {clock.Elapsed.TotalSeconds:0.0} s. ")
                        + (
                            left
                                ? "The write-ahead log goes on in another segment."
                                : "This account may not begin another segment of the write-ahead log; the server does so in its own time."
                        )
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
