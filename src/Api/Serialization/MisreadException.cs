using System.Buffers;
using System.Text;
using System.Text.Json;
using Domain;

namespace Api.Serialization;

/// <summary>A value of a body that is not of its field's form. The reader of JSON adds where it stands.</summary>
/// <param name="expected">The form, as it follows "takes".</param>
/// <param name="given">What was given instead, as it was written; null where it cannot be told.</param>
/// <param name="within">The field within the object that was read, where the reader names the object alone.</param>
public sealed class MisreadException(string expected, string? given, string? within = null) : JsonException
{
    private const int Longest = 60;

    public string Expected => expected;

    public string? Given => given;

    public string? Within => within;

    /// <summary>The value that the reader stands on is not of the form.</summary>
    public static MisreadException At(ref Utf8JsonReader reader, string expected) =>
        new(
            expected,
            reader.TokenType switch
            {
                JsonTokenType.StartObject => "an object",
                JsonTokenType.StartArray => "a list",
                JsonTokenType.String or JsonTokenType.PropertyName => $"\"{Cut(Raw(ref reader))}\"",
                JsonTokenType.Null => "null",
                _ => Cut(Raw(ref reader)),
            }
        );

    /// <summary>The beginning of a text that is shown to say what was wrong with it.</summary>
    public static string Cut(string text) => text.Shortened(Longest);

    // As it was written, escapes and all: what they stand for may be no text.
    private static string Raw(ref Utf8JsonReader reader) =>
        Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
}
