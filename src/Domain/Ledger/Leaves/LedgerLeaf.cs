using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>
/// What the log holds of an event: its place and its time, and commitments to everything else. The entry's bytes are the RFC 8785 spelling of a JSON object
/// with the members <c>v, id, stream, version, type, recordedAt, actor, data, text</c>, so that they stand in the order of their names.
/// </summary>
/// <param name="Id">The id of the event.</param>
/// <param name="Stream">The commitment to the key of its stream.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Type">The name of its type, 1 to 100 characters.</param>
/// <param name="RecordedAt">When the store recorded it, UTC, in whole microseconds.</param>
/// <param name="Actor">The commitment to who brought it about.</param>
/// <param name="Data">The commitment to its data, in which each free text has been replaced by its commitment.</param>
/// <param name="Text">The commitments to its free texts, in the order in which they stand in the data's RFC 8785 spelling.</param>
public sealed record LedgerLeaf(
    Guid Id,
    Commitment Stream,
    long Version,
    string Type,
    DateTimeOffset RecordedAt,
    Commitment Actor,
    Commitment Data,
    IReadOnlyList<Commitment> Text
)
{
    /// <summary>The number that a leaf gives as <c>v</c>: which commitments and members it has.</summary>
    public const int FormatVersion = 1;

    /// <summary>A leaf has fewer bytes than these, 2,000.</summary>
    public const int Bound = 2_000;

    private const int LongestType = 100;

    /// <summary>The most doubles that are whole numbers without gaps: 2^53 - 1, beyond which RFC 8785 cannot tell two from one another.</summary>
    private const long MostVersion = 9_007_199_254_740_991;

    /// <summary>The entry's bytes.</summary>
    /// <returns>The bytes; refused is a leaf that has <see cref="Bound"/> bytes or more, or whose members are out of range.</returns>
    public Parsed<byte[]> Format()
    {
        if (Version is < 1 or > MostVersion)
            return new Malformed($"The version of an event is 1 to 2^53 - 1, not {Version}");
        if (Type.Length is 0 or > LongestType || !CanonicalJson.OfText(Type).Is(out var type, out _))
            return new Malformed($"The type of an event has 1 to {LongestType} characters, and this has {Type.Size()}");
        var bytes = new ArrayBufferWriter<byte>(1_024);
        bytes.Write("{\"actor\":"u8);
        Write(bytes, Actor);
        bytes.Write(",\"data\":"u8);
        Write(bytes, Data);
        Write(bytes, $",\"id\":\"{Id:D}\",\"recordedAt\":\"{Instants.Format(RecordedAt)}\",\"stream\":");
        Write(bytes, Stream);
        bytes.Write(",\"text\":["u8);
        for (var i = 0; i < Text.Count; i++)
        {
            if (i > 0)
                bytes.Write(","u8);
            Write(bytes, Text[i]);
        }

        bytes.Write("],\"type\":"u8);
        bytes.Write(type);
        Write(bytes, string.Create(CultureInfo.InvariantCulture, $",\"v\":{FormatVersion},\"version\":{Version}}}"));
        return bytes.WrittenCount < Bound
            ? bytes.WrittenSpan.ToArray()
            : new Malformed($"A leaf has fewer than {Bound:N0} bytes, and this one has {bytes.WrittenCount:N0}: its event has {Text.Count} free texts");
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <returns>The leaf; refused are bytes that <see cref="Format"/> does not write.</returns>
    public static Parsed<LedgerLeaf> Parse(ReadOnlySpan<byte> entry)
    {
        if (entry.Length >= Bound)
            return new Malformed($"A leaf has fewer than {Bound:N0} bytes, and this one has {entry.Length:N0}");
        if (!CanonicalJson.Canonicalize(entry).Is(out _, out var malformed))
            return malformed;
        using var document = JsonDocument.Parse(entry.ToArray());
        if (Read(document.RootElement) is not { } leaf)
            return new Malformed("A leaf has the members v, id, stream, version, type, recordedAt, actor, data and text, each as it is written, and no others");
        // Also what reads the same is refused, so that a leaf has one hash.
        return leaf.Format().Is(out var written, out malformed) && entry.SequenceEqual(written)
            ? leaf
            : new Malformed(malformed?.Reason ?? "The bytes of a leaf are the RFC 8785 spelling of its members, and no others");
    }

    private static LedgerLeaf? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || TextOf(root, "id") is not { } idText || !Guid.TryParseExact(idText, "D", out var id))
            return null;
        if (!root.TryGetProperty("version", out var versionElement) || versionElement.ValueKind != JsonValueKind.Number)
            return null;
        if (!versionElement.TryGetInt64(out var version) || TextOf(root, "type") is not { } type)
            return null;
        if (TextOf(root, "recordedAt") is not { } instant || Instants.Parse(instant) is not { } recordedAt)
            return null;
        if (CommitmentOf(root, "stream") is not { } stream || CommitmentOf(root, "actor") is not { } actor || CommitmentOf(root, "data") is not { } data)
            return null;
        if (!root.TryGetProperty("text", out var texts) || texts.ValueKind != JsonValueKind.Array)
            return null;
        var text = texts.EnumerateArray().Select(CommitmentIn).ToList();
        return text.Contains(null) ? null : new LedgerLeaf(id, stream, version, type, recordedAt, actor, data, [.. text.Select(t => t!.Value)]);
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    private static Commitment? CommitmentOf(JsonElement root, string name) => root.TryGetProperty(name, out var element) ? CommitmentIn(element) : null;

    private static Commitment? CommitmentIn(JsonElement element) =>
        element.ValueKind == JsonValueKind.String && Commitment.Parse(element.GetString()).Is(out var commitment, out _) ? commitment : null;

    private static void Write(ArrayBufferWriter<byte> bytes, Commitment commitment) => Write(bytes, $"\"{commitment}\"");

    private static void Write(ArrayBufferWriter<byte> bytes, string text) => bytes.Write(StrictUtf8.Encode(text));
}
