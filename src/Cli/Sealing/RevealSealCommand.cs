using System.CommandLine;
using System.Text.Json;

namespace Cli.Sealing;

/// <summary><c>reveal</c>: reveals what was sealed.</summary>
internal static class RevealSealCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The file that 'forecasts seal' wrote." };
        var command = new Command(
            "reveal",
            "Reveals a sealed forecast through the running service, from the question's close on. The same again changes nothing."
        )
        {
            file,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var kept = await SealFile.ReadAsync(line.GetRequiredValue(file), token);
                await using var destination = await Destination.FindServiceAsync(line, token);
                var answer = await destination.Service!.AskAsync(
                    HttpMethod.Post,
                    $"/questions/{kept.Question}/forecast/reveal",
                    new { salt = kept.Opened.Salt.ToString(), statement = JsonSerializer.Deserialize<JsonElement>(kept.Opened.Text) },
                    token
                );
                terminal.Answer(
                    answer,
                    () => $"Revealed: {kept.Opened.Text} on {kept.Question}, stated at {answer.GetProperty("madeAt").GetString()} as {kept.Opened.Seal}."
                );
                return ExitCode.Done;
            }
        );
        return command;
    }
}
