using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Cli;

/// <summary><c>import</c>: streams a file to the service and follows the import until it has ended.</summary>
public static class ImportCommand
{
    private const int ShownErrors = 20;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "questions, forecasts or outcomes." }.AcceptOnlyFromAmong("questions", "forecasts", "outcomes");
        var file = new Argument<string>("file") { Description = "A .csv or .ndjson file, also gzipped (.gz); - for the input." };
        var format = new Option<string?>("--format") { Description = "csv or ndjson, where the file's name does not say it." }.AcceptOnlyFromAmong(
            "csv",
            "ndjson"
        );
        var command = new Command(
            "import",
            """
            Brings history in from a file, through the running service, and follows the import until it has ended. The same file twice adds nothing; an import
            that was cut off is given again. It ends with 1 where the import failed or rows were refused.
            """
        )
        {
            kind,
            file,
            format,
        };
        command.Runs(
            async (line, terminal, token) =>
            {
                var source = line.GetRequiredValue(file);
                var type = TypeOf(source, line.GetValue(format));
                await using var content = source == "-" ? Console.OpenStandardInput() : Open(source);
                await using var destination = await Destination.FindServiceAsync(line, token);
                var id = await SendAsync(destination.Service!, line.GetRequiredValue(kind), content, type, IsGzipped(source), terminal, token);
                var import = await FollowAsync(destination.Service!, id, terminal, token);
                terminal.Answer(import, () => Words(import));
                return import.GetProperty("status").GetString() == "succeeded" && import.GetProperty("refused").GetInt64() == 0
                    ? ExitCode.Done
                    : ExitCode.Failed;
            }
        );
        return command;
    }

    private static bool IsGzipped(string file) => file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static string TypeOf(string file, string? format) =>
        MediaType(format ?? Path.GetExtension(IsGzipped(file) ? Path.GetFileNameWithoutExtension(file) : file).TrimStart('.').ToLowerInvariant());

    private static async Task<string> SendAsync(
        ServiceClient service,
        string kind,
        Stream content,
        string type,
        bool gzipped,
        Terminal terminal,
        CancellationToken token
    )
    {
        var total = content.CanSeek ? content.Length : (long?)null;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/imports/{kind}")
        {
            Content = new StreamContent(
                new WatchedStream(
                    content,
                    sent => terminal.Progress(total is { } all ? $"Sent {Terminal.Bytes(sent)} of {Terminal.Bytes(all)}" : $"Sent {Terminal.Bytes(sent)}")
                )
            ),
        };
        // A service that refuses says so before the file is sent, and not by hanging up in its midst.
        request.Headers.ExpectContinue = true;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (gzipped)
            request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await service.SendAsync(request, token);
        var location =
            response.Headers.Location?.ToString() ?? throw new CommandException("The service took the file and did not say where the import can be followed.");
        return location[(location.LastIndexOf('/') + 1)..];
    }

    private static async Task<JsonElement> FollowAsync(ServiceClient service, string id, Terminal terminal, CancellationToken token)
    {
        while (true)
        {
            var import = await service.AskAsync(HttpMethod.Get, $"/imports/{id}", null, token);
            terminal.Progress(
                $"Import {id}: {import.GetProperty("read")} rows read, {import.GetProperty("accepted")} accepted, {import.GetProperty("refused")} refused"
            );
            if (import.GetProperty("status").GetString() != "running")
            {
                terminal.Say($"Import {id} {import.GetProperty("status").GetString()}.");
                return import;
            }

            await Task.Delay(Between, token);
        }
    }

    private static string Words(JsonElement import)
    {
        var errors = import.TryGetProperty("errors", out var listed) ? listed.EnumerateArray().ToList() : [];
        var shown = errors
            .Take(ShownErrors)
            .Select(e => $"{Environment.NewLine}  line {e.GetProperty("line")}, {Field(e)}{e.GetProperty("reason").GetString()}");
        var refused = import.GetProperty("refused").GetInt64();
        var more = refused > ShownErrors ? $"{Environment.NewLine}  and {refused - ShownErrors} more: GET /imports/{import.GetProperty("id")} lists them" : "";
        var same = import.GetProperty("unchanged").GetInt64() is > 0 and var unchanged ? $" ({unchanged} unchanged)" : "";
        return $"{import.GetProperty("read")} rows read, {import.GetProperty("accepted")} accepted{same}, {refused} refused{string.Concat(shown)}{more}";

        static string Field(JsonElement error) =>
            error.TryGetProperty("field", out var field) && field.ValueKind == JsonValueKind.String ? $"{field.GetString()}: " : "";
    }

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(
                Directory.Exists(file) ? $"{file} is a folder; name a file in it."
                    : File.Exists(file) ? $"{file} may not be read by {Environment.UserName}, or another program writes to it."
                    : $"There is no file {file}.",
                ExitCode.Usage
            );
        }
    }

    private static string MediaType(string format) =>
        format switch
        {
            "csv" => "text/csv",
            "ndjson" or "jsonl" => "application/x-ndjson",
            _ => throw new CommandException("Say by --format whether it is csv or ndjson; the name does not.", ExitCode.Usage),
        };
}
