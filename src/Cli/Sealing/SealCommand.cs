using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Domain;
using Domain.Forecasts;
using Domain.Ledger.Leaves;

namespace Cli.Sealing;

/// <summary><c>seal</c>: seals a forecast, and keeps what opens it.</summary>
internal static class SealCommand
{
    private static readonly string[] Forms = ["probability", "probabilities", "quantiles"];

    public static Command Create()
    {
        var question = new Argument<string>("question") { Description = "The question's slug." };
        var probability = new Option<double?>("--probability") { Description = "On a binary question: the probability of yes, 0 to 1.", HelpName = "p" };
        var statement = new Option<string?>("--statement")
        {
            Description = """The statement as JSON: {"probability":0.7}, {"probabilities":{"a":0.2,"b":0.8}} or {"quantiles":[{"p":0.5,"value":40}]}.""",
            HelpName = "json",
        };
        var file = new Option<string?>("--file")
        {
            Description = "Where salt and statement are kept; else <question>-<beginning of the seal>.seal.json in this folder. It must not be there yet.",
            HelpName = "file",
        };
        var send = new Option<bool>("--send") { Description = "Submits the seal to the service, after the file is on the disk." };
        var command = new Command(
            "seal",
            """
            Seals a forecast: makes a salt, writes it with the statement to a file that its owner alone reads, and prints the seal that is to be sent. Without
            the file nobody can open the seal, and the forecast is scored as reference:uniform; reveal it by 'forecasts reveal' after the close.
            """
        )
        {
            question,
            probability,
            statement,
            file,
            send,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var slug = line.GetRequiredValue(question);
                if (!StreamKeys.IsSlug(slug))
                    throw new CommandException($"'{slug}' is no slug of a question: 1 to 80 of a to z, 0 to 9 and '-'.", ExitCode.Usage);
                var opened = Sealed(line.GetValue(probability), line.GetValue(statement));
                var kept = line.GetValue(file) ?? $"{slug}-{Convert.ToHexStringLower(Convert.FromBase64String(opened.Seal).AsSpan(0, 4))}.seal.json";
                if (!line.GetValue(send))
                {
                    await new SealFile(slug, opened).WriteAsync(kept, token);
                    terminal.Say($"What opens the seal is in {kept}. Keep it until it is revealed, and send this: PUT /questions/{slug}/forecast");
                    terminal.Answer(new { opened.Seal }, () => $$"""{"seal":"{{opened.Seal}}"}""");
                    return ExitCode.Done;
                }

                await using var destination = await Destination.FindServiceAsync(line, token);
                await new SealFile(slug, opened).WriteAsync(kept, token);
                var answer = await destination.Service!.AskAsync(HttpMethod.Put, $"/questions/{slug}/forecast", new { seal = opened.Seal }, token);
                terminal.Say($"What opens the seal is in {kept}. Keep it until it is revealed.");
                terminal.Answer(answer, () => $"Sealed as {opened.Seal}, stated at {answer.GetProperty("madeAt").GetString()}.");
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static SealedStatement Sealed(double? probability, string? statement)
    {
        if ((probability is null) == (statement is null))
            throw new CommandException("Say what is sealed, by --probability or --statement.", ExitCode.Usage);
        if (probability is not (null or (>= 0 and <= 1)))
            throw new CommandException("A probability lies between 0 and 1.", ExitCode.Usage);
        var json = statement ?? $$"""{"probability":{{probability!.Value.ToString("R", CultureInfo.InvariantCulture)}}}""";
        if (!SealedStatement.Of(new Salt(RandomNumberGenerator.GetBytes(Salt.Length)), Encoding.UTF8.GetBytes(json)).Is(out var opened, out var malformed))
            throw new CommandException($"The statement is no JSON. {malformed.Reason}.", ExitCode.Usage);
        // Nobody can open a seal on something else later, so that what no question takes is not sealed.
        using var document = JsonDocument.Parse(opened.Text);
        return
            document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.EnumerateObject().ToList() is [var only] && Forms.Contains(only.Name)
            ? opened
            : throw new CommandException($"A sealed statement is an object with one of {string.Join(", ", Forms)}, and nothing else.", ExitCode.Usage);
    }
}
