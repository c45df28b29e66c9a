using System.CommandLine;
using System.IO.Compression;
using System.Net.Http.Headers;

namespace Cli;

/// <summary><c>export</c>: streams what the service keeps to a file or to the output.</summary>
public static class ExportCommand
{
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "questions, forecasts, scores or outcomes." }.AcceptOnlyFromAmong(
            "questions",
            "forecasts",
            "scores",
            "outcomes"
        );
        var file = new Option<string>("--out")
        {
            Description = "The file to write, gzipped where it ends in .gz; - for the output.",
            HelpName = "file",
            DefaultValueFactory = _ => "-",
        };
        var format = new Option<string?>("--format")
        {
            Description = "csv or ndjson. Else as the file's name says; to the output csv, with --json ndjson.",
        }.AcceptOnlyFromAmong("csv", "ndjson");
        var use = new Option<string?>("--for")
        {
            Description = "spreadsheet: CSV with a byte order mark, in which what a spreadsheet would run is text. Do not import such a file.",
        }.AcceptOnlyFromAmong("spreadsheet");
        var command = new Command(
            "export",
            """
            Takes history out, through the running service. What is exported imports again. A file is put in its place when it is whole: an export that was
            cut off leaves none. docs/files.md has every column, and by which instant --from and --to choose.
            """
        )
        {
            kind,
            file,
            format,
            use,
        };
        var filters = Filters();
        foreach (var (option, _) in filters)
            command.Add(option);
        command.Runs(
            async (line, terminal, token) =>
            {
                var (target, kindOf) = (line.GetRequiredValue(file), line.GetRequiredValue(kind));
                var form = line.GetValue(format) ?? (target == "-" && terminal.Json && line.GetValue(use) is null ? "ndjson" : FormatOf(target));
                if (form == "ndjson" && line.GetValue(use) is not null)
                    throw new CommandException("A spreadsheet reads CSV; name a file that ends in .csv, or leave --for out.", ExitCode.Usage);
                var type = form == "ndjson" ? "application/x-ndjson" : "text/csv";
                var asked = filters
                    .Select(f => (f.Parameter, Value: line.GetValue(f.Option)))
                    .Append((Parameter: "for", Value: line.GetValue(use)))
                    .Where(f => f.Value is not null);
                var query = string.Join('&', asked.Select(f => $"{f.Parameter}={Uri.EscapeDataString(f.Value!)}"));
                await using var destination = await Destination.FindServiceAsync(line, token);
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/exports/{kindOf}?{query}");
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
                using var response = await destination.Service!.SendAsync(request, token);
                await using var content = await response.Content.ReadAsStreamAsync(token);
                var bytes = target == "-" ? await ToOutputAsync(content, terminal, token) : await ToFileAsync(content, target, terminal, token);
                terminal.Say($"Exported {kindOf}: {Terminal.Bytes(bytes)}.");
                if (target != "-" && terminal.Json)
                    terminal.Answer(
                        new
                        {
                            kind = kindOf,
                            file = target,
                            bytes,
                        },
                        () => ""
                    );
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static IReadOnlyList<(Option<string?> Option, string Parameter)> Filters() =>
        [
            (new Option<string?>("--question") { Description = "Only what concerns this question.", HelpName = "slug" }, "question"),
            (new Option<string?>("--analyst") { Description = "Only what concerns this forecaster.", HelpName = "name" }, "analyst"),
            (new Option<string?>("--tag") { Description = "Only questions with this tag, and what is on them.", HelpName = "tag" }, "tag"),
            (
                new Option<string?>("--from") { Description = "From this instant on, for example 2025-06-05 or 2025-06-05T14:30:00Z.", HelpName = "instant" },
                "from"
            ),
            (new Option<string?>("--to") { Description = "Before this instant.", HelpName = "instant" }, "to"),
            (new Option<string?>("--known-at") { Description = "As it was recorded by this instant.", HelpName = "instant" }, "knownAt"),
        ];

    private static string FormatOf(string file) =>
        Path.GetExtension(file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(file) : file) is ".ndjson" or ".jsonl"
            ? "ndjson"
            : "csv";

    private static async Task<long> ToOutputAsync(Stream content, Terminal terminal, CancellationToken token)
    {
        await using var output = Console.OpenStandardOutput();
        return await CopyAsync(content, output, terminal, token);
    }

    private static async Task<long> ToFileAsync(Stream content, string file, Terminal terminal, CancellationToken token)
    {
        var part = file + ".part";
        try
        {
            long bytes;
            await using (var written = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            await using (
                var target = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? (Stream)new GZipStream(written, CompressionLevel.Optimal) : written
            )
            {
                bytes = await CopyAsync(content, target, terminal, token);
            }

            File.Move(part, file, overwrite: true);
            return bytes;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or UnauthorizedAccessException)
        {
            throw new CommandException(
                e is HttpRequestException
                    ? "The connection to the service broke off; no file was left. See whether the service still runs, and give the command again."
                : Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file)))
                    ? $"{file} cannot be written: "
                        + (Directory.Exists(file) ? "it is a folder" : $"{Environment.UserName} may not, or the connection or the disk gave out")
                        + "; no file was left."
                : $"There is no folder {Path.GetDirectoryName(Path.GetFullPath(file))} to write {Path.GetFileName(file)} to. Make it first."
            );
        }
        finally
        {
            if (File.Exists(part))
                File.Delete(part);
        }
    }

    private static async Task<long> CopyAsync(Stream content, Stream target, Terminal terminal, CancellationToken token)
    {
        var bytes = 0L;
        await using var watched = new WatchedStream(content, read => terminal.Progress($"Read {Terminal.Bytes(bytes = read)}"));
        await watched.CopyToAsync(target, 1 << 16, token);
        await target.FlushAsync(token);
        return bytes;
    }
}
