using System.Buffers;
using System.Globalization;
using Domain.Ledger.Leaves;
using Domain.Ledger.Text;

namespace Domain.Ledger.Receipts;

/// <summary>
/// What a receipt acknowledges: an event in the spelling of RFC 8785, an object with the members <c>actor, data, id, recordedAt, stream, type, version</c>. It
/// goes to who caused the event, so that nothing in it is a commitment.
/// </summary>
public static class ReceiptEntry
{
    /// <summary>The bytes.</summary>
    /// <param name="recorded">The event.</param>
    /// <returns>The bytes; refused is an event whose data or names have no RFC 8785 spelling.</returns>
    public static Parsed<byte[]> Format(RecordedEvent recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        if (!CanonicalJson.Canonicalize(recorded.Data.Span).Is(out var data, out var malformed))
            return malformed;
        if (!CanonicalJson.OfText(recorded.Stream).Is(out var stream, out malformed))
            return malformed;
        if (!CanonicalJson.OfText(recorded.Type).Is(out var type, out malformed))
            return malformed;
        byte[] actor = [.. "null"u8];
        if (recorded.Actor is not null && !CanonicalJson.OfText(recorded.Actor).Is(out actor!, out malformed))
            return malformed;
        var bytes = new ArrayBufferWriter<byte>(data.Length + 256);
        bytes.Write("{\"actor\":"u8);
        bytes.Write(actor);
        bytes.Write(",\"data\":"u8);
        bytes.Write(data);
        bytes.Write(
            StrictUtf8.Encode($",\"id\":\"{recorded.Id:D}\",\"recordedAt\":\"{Instants.Format(Instants.ToMicroseconds(recorded.RecordedAt))}\",\"stream\":")
        );
        bytes.Write(stream);
        bytes.Write(",\"type\":"u8);
        bytes.Write(type);
        bytes.Write(StrictUtf8.Encode(string.Create(CultureInfo.InvariantCulture, $",\"version\":{recorded.Version}}}")));
        return bytes.WrittenSpan.ToArray();
    }
}
