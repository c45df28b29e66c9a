using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Domain.Ledger.Leaves;

/// <summary>
/// Writes what a reader of JSON comes upon in the spelling of RFC 8785. Members are written as they come, and put in order when their object ends.
/// </summary>
/// <param name="capacity">About how many bytes there will be.</param>
internal sealed class CanonicalWriter(int capacity)
{
    /// <summary>Why half of a surrogate pair is refused: it has no UTF-8.</summary>
    public const string NotText = "A text is not UTF-8, or has half of a surrogate pair alone";

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    private byte[] _bytes = new byte[Math.Max(capacity, 64)];
    private int _count;

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _bytes[.._count];

    /// <summary>Writes the value that the reader stands on, and leaves the reader on its last token.</summary>
    /// <returns>Why it is refused; null where it is not.</returns>
    public string? Write(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return WriteObject(ref reader);
            case JsonTokenType.StartArray:
                return WriteArray(ref reader);
            case JsonTokenType.String:
                if (TextOf(ref reader) is not { } text)
                    return NotText;
                WriteString(text);
                return null;
            case JsonTokenType.Number:
                if (!reader.TryGetDouble(out var number) || !double.IsFinite(number))
                    return "A number lies beyond the doubles";
                Append(EcmaScriptNumber.Format(number));
                return null;
            default:
                // true, false and null.
                Append(reader.ValueSpan);
                return null;
        }
    }

    /// <summary>Writes a string by RFC 8785, section 3.2.2.2.</summary>
    public void WriteString(ReadOnlySpan<char> text)
    {
        Append("\""u8);
        while (text.IndexOfAny(Escaped) is >= 0 and var next)
        {
            Append(text[..next]);
            Append(Escape(text[next]));
            text = text[(next + 1)..];
        }

        Append(text);
        Append("\""u8);
    }

    private static string Escape(char c) =>
        c switch
        {
            '"' => "\\\"",
            '\\' => @"\\",
            '\b' => @"\b",
            '\t' => @"\t",
            '\n' => @"\n",
            '\f' => @"\f",
            '\r' => @"\r",
            _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}"),
        };

    private string? WriteArray(ref Utf8JsonReader reader)
    {
        Append("["u8);
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
        {
            if (!first)
                Append(","u8);
            if (Write(ref reader) is { } reason)
                return reason;
        }

        Append("]"u8);
        return null;
    }

    private string? WriteObject(ref Utf8JsonReader reader)
    {
        Append("{"u8);
        var from = _count;
        var members = new List<(string Name, int Start, int End)>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (TextOf(ref reader) is not { } name)
                return NotText;
            if (members.Count > 0)
                Append(","u8);
            var start = _count;
            WriteString(name);
            Append(":"u8);
            reader.Read();
            if (Write(ref reader) is { } reason)
                return reason;
            members.Add((name, start, _count));
        }

        if (!IsRising(members))
        {
            members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            if (!IsRising(members))
                return "An object has the same name twice";
            PutInOrder(from, members);
        }

        Append("}"u8);
        return null;
    }

    /// <summary>Whether each name comes after the one before it, by UTF-16 code units, and none is there twice.</summary>
    private static bool IsRising(List<(string Name, int Start, int End)> members)
    {
        for (var i = 1; i < members.Count; i++)
        {
            if (string.CompareOrdinal(members[i - 1].Name, members[i].Name) >= 0)
                return false;
        }

        return true;
    }

    /// <summary>Writes the members again over themselves; together they are as long as before.</summary>
    private void PutInOrder(int from, List<(string Name, int Start, int End)> members)
    {
        var written = ArrayPool<byte>.Shared.Rent(_count - from);
        _bytes.AsSpan(from, _count - from).CopyTo(written);
        _count = from;
        foreach (var (_, start, end) in members)
        {
            if (_count > from)
                Append(","u8);
            Append(written.AsSpan(start - from, end - start));
        }

        ArrayPool<byte>.Shared.Return(written);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Grow(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_count));
        _count += bytes.Length;
    }

    private void Append(ReadOnlySpan<char> text)
    {
        Grow(Encoding.UTF8.GetMaxByteCount(text.Length));
        _count += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_count));
    }

    private void Grow(int by)
    {
        if (_count + by > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_count + by, _bytes.Length * 2));
    }

    /// <summary>The text of a string or a name; null where it has none, which the reader finds out only now.</summary>
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
