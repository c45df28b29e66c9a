using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Worker.EventNotifications;

namespace Cli;

/// <summary>What a command ends with; scripts go by it.</summary>
public static class ExitCode
{
    public const int Done = 0;

    /// <summary>The command was refused, something failed, or a check found a fault.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Neither the service nor the database could be reached.</summary>
    public const int Unreachable = 3;
}

/// <summary>Ends a command with a message for the person who gave it.</summary>
public sealed class CommandException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Where a command speaks: answers go to the output, everything else to the error stream, so that an answer can be piped on.</summary>
/// <param name="json">Whether answers are for programs.</param>
public sealed class Terminal(TextWriter output, TextWriter error, bool json)
{
    private static readonly JsonSerializerOptions Format = Answers(indented: true);
    private static readonly JsonSerializerOptions Line = Answers(indented: false);

    /// <summary>Whether a person watches the error stream: only then is a line written over again.</summary>
    private readonly bool _watched = !Console.IsErrorRedirected;
    private int _shown;

    public bool Json => json;

    /// <summary>Gives the answer: as JSON where that was asked for, else in words.</summary>
    public void Answer(object answer, Func<string> words) => output.WriteLine(json ? JsonSerializer.Serialize(answer, Format) : words());

    /// <summary>Gives one of many answers, a line each.</summary>
    public void AnswerLine(object answer, Func<string> words) => output.WriteLine(json ? JsonSerializer.Serialize(answer, Line) : words());

    public void Say(string text)
    {
        Clear();
        error.WriteLine(text);
    }

    /// <summary>Says how far it is, in place of what was said so before; to a file only the last word goes, by <see cref="Say"/>.</summary>
    public void Progress(string text)
    {
        if (!_watched)
            return;
        error.Write("\r" + text.PadRight(_shown));
        _shown = text.Length;
    }

    /// <summary>Rows in columns as wide as their widest entry.</summary>
    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> all = [head, .. rows];
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        return string.Join(Environment.NewLine, all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    /// <summary>A count of bytes for people, by powers of 1,024.</summary>
    public static string Bytes(long count)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (value, unit) = ((double)count, 0);
        while (value >= 1024 && unit < units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }

    private void Clear()
    {
        if (_shown > 0)
            error.Write("\r" + new string(' ', _shown) + "\r");
        _shown = 0;
    }

    private static JsonSerializerOptions Answers(bool indented)
    {
        var options = new JsonSerializerOptions(EventNotificationJson.Options) { WriteIndented = indented };
        options.Converters.Add(new FiniteDouble());
        return options;
    }

    /// <summary>Writes what is no finite number as null, as the API does.</summary>
    private sealed class FiniteDouble : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }
    }
}
