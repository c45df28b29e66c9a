using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Domain.Forecasts;
using Domain.Ledger.Leaves;
using EmbeddedPostgres;

namespace Cli.Sealing;

/// <summary>What an analyst keeps of a sealed forecast until it is revealed, in a file that its owner alone reads.</summary>
/// <param name="Question">The slug of the question.</param>
/// <param name="Opened">The salt and the statement.</param>
internal sealed record SealFile(string Question, SealedStatement Opened)
{
    private const string Format = "forecasts/seal@v1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Writes the file, to the disk before this returns. A file that is there is left as it is.</summary>
    /// <exception cref="CommandException">It is there, or cannot be written.</exception>
    public async Task WriteAsync(string file, CancellationToken token)
    {
        var kept = new Kept(Format, Question, JsonSerializer.Deserialize<JsonElement>(Opened.Text), Opened.Salt.ToString(), Opened.Seal);
        try
        {
            await using var stream = new FileStream(file, OwnerOnly.Options(FileMode.CreateNew));
            await JsonSerializer.SerializeAsync(stream, kept, Json, token);
            stream.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                File.Exists(file)
                    ? $"{file} is there, and may be all that opens a seal; name another file by --file."
                    : $"{file} cannot be written; name another file by --file.",
                ExitCode.Usage
            );
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="CommandException">It cannot be read, or does not fit its own seal.</exception>
    public static async Task<SealFile> ReadAsync(string file, CancellationToken token)
    {
        Kept? kept;
        try
        {
            kept = JsonSerializer.Deserialize<Kept>(await File.ReadAllBytesAsync(file, token), Json);
        }
        catch (JsonException)
        {
            kept = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file} cannot be read.", ExitCode.Usage);
        }

        if (
            kept is not { Format: Format, Question: { } question, Salt: { } text, Seal: { } seal }
            || !Salt.Parse(text).Is(out var salt, out _)
            || !SealedStatement.Of(salt, Encoding.UTF8.GetBytes(kept.Statement.GetRawText())).Is(out var opened, out _)
        )
            throw new CommandException($"{file} is no file that 'forecasts seal' wrote.", ExitCode.Usage);
        return opened.Seal == seal
            ? new SealFile(question, opened)
            : throw new CommandException($"{file} has been changed: its salt and statement make the seal {opened.Seal}, not {seal}.");
    }

    private sealed record Kept(string? Format, string? Question, JsonElement Statement, string? Salt, string? Seal);
}
