using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Api.Serialization;

/// <summary>Numbers of a body as doubles. What a double cannot hold (1e309, 1e-400) is refused instead of becoming infinite or 0.</summary>
internal static class WrittenNumbers
{
    public static bool TryRead(ref Utf8JsonReader reader, out double number)
    {
        number = 0;
        return reader.TokenType == JsonTokenType.Number
            && reader.TryGetDouble(out number)
            && double.IsFinite(number)
            && (number != 0 || SaysZero(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan));
    }

    public static bool TryRead(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out number)
            && double.IsFinite(number)
            && (number != 0 || SaysZero(JsonMarshal.GetRawUtf8Value(value)));
    }

    private static bool SaysZero(ReadOnlySpan<byte> text)
    {
        var exponent = text.IndexOfAny((byte)'e', (byte)'E');
        return text[..(exponent < 0 ? text.Length : exponent)].IndexOfAnyInRange((byte)'1', (byte)'9') < 0;
    }
}
