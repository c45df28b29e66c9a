using System.Text.Json;
using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>
/// A leaf and what opens it as JSON: <c>{leaf, open: {stream: {salt, value}, actor: {salt, value}, data: {salt, value}, text: [{salt, value}]}}</c>, leaf and
/// salts in base64, values as JSON; null for what is erased or withheld.
/// </summary>
public static class Disclosure
{
    /// <summary>The most bytes that a disclosure may have here, 16 MiB.</summary>
    public const int MostBytes = 16 * 1024 * 1024;

    private const string Timestamps = "timestamps";

    /// <summary>The data lies in its opening, which lies in <c>open</c>, which lies in the disclosure.</summary>
    private const int Deepest = CanonicalJson.Deepest + 3;

    private const string Shape = "A disclosure is {leaf, open: {stream, actor, data, text[]}}, each opening {salt, value} or null, leaf and salts in base64";

    /// <summary>The disclosure in the spelling of RFC 8785.</summary>
    /// <param name="opened">The leaf and what opens it.</param>
    /// <exception cref="FormatException">The leaf cannot be written (<see cref="LedgerLeaf.Format"/>).</exception>
    public static byte[] Format(OpenedLeaf opened) => Format(opened, []);

    /// <summary>
    /// The disclosure of a proof, with time stamps of the proof's checkpoint: <c>timestamps</c>, each in base64, left out where there are none.
    /// </summary>
    /// <param name="opened">The leaf and what opens it.</param>
    /// <param name="timestamps">Tokens by RFC 3161 over the checkpoint's text, in DER.</param>
    public static byte[] Format(OpenedLeaf opened, IReadOnlyCollection<ReadOnlyMemory<byte>> timestamps)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteBase64String("leaf", opened.Leaf.Format().Value);
            json.WriteStartObject("open");
            json.WritePropertyName("stream");
            Write(json, opened.Stream);
            json.WritePropertyName("actor");
            Write(json, opened.Actor);
            json.WritePropertyName("data");
            Write(json, opened.Data);
            json.WriteStartArray("text");
            foreach (var text in opened.Text)
                Write(json, text);
            json.WriteEndArray();
            json.WriteEndObject();
            if (timestamps.Count > 0)
            {
                json.WriteStartArray(Timestamps);
                foreach (var timestamp in timestamps)
                    json.WriteBase64StringValue(timestamp.Span);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return CanonicalJson.Canonicalize(bytes.ToArray(), Deepest).Value;
    }

    /// <summary>Reads a disclosure. Whether it fits its leaf, <see cref="OpenedLeaf.Mismatches"/> says.</summary>
    /// <param name="bytes">The JSON, in any spelling.</param>
    public static Parsed<OpenedLeaf> Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes)
            return new Malformed($"A disclosure has at most {MostBytes:N0} bytes, and this one has {bytes.Length:N0}");
        if (!CanonicalJson.Canonicalize(bytes, Deepest).Is(out var canonical, out var malformed))
            return malformed;
        using var document = JsonDocument.Parse(canonical, new JsonDocumentOptions { MaxDepth = Deepest });
        if (
            (Members(document.RootElement, "leaf", "open", Timestamps) ?? Members(document.RootElement, "leaf", "open"))
                is not [{ ValueKind: JsonValueKind.String } leafText, var open, ..]
            || Members(open, "stream", "actor", "data", "text") is not [var stream, var actor, var data, { ValueKind: JsonValueKind.Array } text]
            || StrictBase64.Decode(leafText.GetString()) is not { } entry
        )
            return new Malformed(Shape);
        if (!LedgerLeaf.Parse(entry).Is(out var leaf, out malformed))
            return malformed;
        var opened = new OpenedLeaf(leaf, Read(stream), Read(actor), Read(data), [.. text.EnumerateArray().Select(Read)]);
        JsonElement[] given = [stream, actor, data, .. text.EnumerateArray()];
        Opening?[] read = [opened.Stream, opened.Actor, opened.Data, .. opened.Text];
        return given.Zip(read).All(o => o.Second is not null || o.First.ValueKind == JsonValueKind.Null) ? opened : new Malformed(Shape);
    }

    /// <summary>The time stamps that travel with a disclosure; none where there are none, or what is there cannot be read.</summary>
    /// <param name="bytes">The JSON, in any spelling.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> TimestampsOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MostBytes || !CanonicalJson.Canonicalize(bytes, Deepest).Is(out var canonical, out _))
            return [];
        using var document = JsonDocument.Parse(canonical, new JsonDocumentOptions { MaxDepth = Deepest });
        if (Members(document.RootElement, "leaf", "open", Timestamps) is not [_, _, { ValueKind: JsonValueKind.Array } given])
            return [];
        var read = new List<ReadOnlyMemory<byte>>();
        foreach (var timestamp in given.EnumerateArray())
        {
            if (timestamp.ValueKind == JsonValueKind.String && StrictBase64.Decode(timestamp.GetString()) is { } token)
                read.Add(token);
        }

        return read;
    }

    private static void Write(Utf8JsonWriter json, Opening? opening)
    {
        if (opening is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("salt", opening.Salt.ToString());
        json.WritePropertyName("value");
        json.WriteRawValue(opening.Value.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    /// <summary>An opening; null where the element is none.</summary>
    private static Opening? Read(JsonElement element) =>
        Members(element, "salt", "value") is [{ ValueKind: JsonValueKind.String } salt, var value] && Salt.Parse(salt.GetString()).Is(out var bytes, out _)
            // What is read from the one spelling is spelled so itself.
            ? new Opening(bytes, StrictUtf8.Encode(value.GetRawText()))
            : null;

    /// <summary>The values of an object's members, in the order of the names; null where there are others, or it is no object.</summary>
    private static JsonElement[]? Members(JsonElement element, params ReadOnlySpan<string> names)
    {
        if (element.ValueKind != JsonValueKind.Object || element.EnumerateObject().Count() != names.Length)
            return null;
        var values = new JsonElement[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!element.TryGetProperty(names[i], out values[i]))
                return null;
        }

        return values;
    }
}
