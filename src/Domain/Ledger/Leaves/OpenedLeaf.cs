using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>A value beside the salt that opens its commitment.</summary>
/// <param name="Salt">The salt.</param>
/// <param name="Value">The value, JSON in the spelling of RFC 8785.</param>
public sealed record Opening(Salt Salt, ReadOnlyMemory<byte> Value);

/// <summary>A leaf together with what opens its commitments. Whoever has it can show what the event was; null stands for what is erased or withheld.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Stream">Opens the key of the stream.</param>
/// <param name="Actor">Opens the name of who brought the event about.</param>
/// <param name="Data">Opens the data, in which each free text is its commitment.</param>
/// <param name="Text">Opens the free texts, one for each commitment of the leaf.</param>
public sealed record OpenedLeaf(LedgerLeaf Leaf, Opening? Stream, Opening? Actor, Opening? Data, IReadOnlyList<Opening?> Text)
{
    /// <summary>Makes the leaf of an event.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="textPlaces">Where its data has free texts (<see cref="FreeTexts"/>).</param>
    /// <param name="drawSalt">Draws a new salt; called for stream, actor, data, and each free text, in that order.</param>
    /// <returns>The leaf with all that opens it; refused is an event whose data or names have no RFC 8785 spelling.</returns>
    public static Parsed<OpenedLeaf> Of(RecordedEvent recorded, IReadOnlySet<string> textPlaces, Func<Salt> drawSalt)
    {
        if (!CanonicalJson.OfText(recorded.Stream).Is(out var streamValue, out var malformed))
            return malformed;
        if (!NameOf(recorded.Actor).Is(out var actorValue, out malformed))
            return malformed;
        if (!CanonicalJson.Canonicalize(recorded.Data.Span).Is(out var whole, out malformed))
            return malformed;
        var (streamSalt, actorSalt, dataSalt) = (drawSalt(), drawSalt(), drawSalt());
        var texts = new List<Opening?>();
        var commitments = new List<Commitment>();
        var dataValue = FreeTexts.Replace(
            whole,
            textPlaces,
            text =>
            {
                var opening = new Opening(drawSalt(), text);
                texts.Add(opening);
                commitments.Add(Commitment.To(CommittedField.Text, opening.Salt, opening.Value.Span));
                return commitments[^1].ToString();
            }
        );
        var leaf = new LedgerLeaf(
            recorded.Id,
            Commitment.To(CommittedField.Stream, streamSalt, streamValue),
            recorded.Version,
            recorded.Type,
            Instants.ToMicroseconds(recorded.RecordedAt),
            Commitment.To(CommittedField.Actor, actorSalt, actorValue),
            Commitment.To(CommittedField.Data, dataSalt, dataValue),
            commitments
        );
        return new OpenedLeaf(leaf, new Opening(streamSalt, streamValue), new Opening(actorSalt, actorValue), new Opening(dataSalt, dataValue), texts);
    }

    /// <summary>Opens a leaf again, with the event as it is stored now. Whether that still is what the leaf says, <see cref="Mismatches"/> tells.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="recorded">The event.</param>
    /// <param name="textPlaces">Where its data has free texts (<see cref="FreeTexts"/>), the same places as when the leaf was made.</param>
    /// <param name="salts">The salts of the leaf. What has none is not opened.</param>
    /// <returns>The leaf with all that opens it; refused is an event whose data or names have no RFC 8785 spelling.</returns>
    public static Parsed<OpenedLeaf> Reopen(LedgerLeaf leaf, RecordedEvent recorded, IReadOnlySet<string> textPlaces, LeafSalts salts)
    {
        if (!CanonicalJson.OfText(recorded.Stream).Is(out var streamValue, out var malformed))
            return malformed;
        if (!NameOf(recorded.Actor).Is(out var actorValue, out malformed))
            return malformed;
        if (!CanonicalJson.Canonicalize(recorded.Data.Span).Is(out var whole, out malformed))
            return malformed;
        var texts = new List<Opening?>();
        var dataValue = FreeTexts.Replace(
            whole,
            textPlaces,
            text =>
            {
                var at = texts.Count;
                var salt = at < salts.Text.Count ? salts.Text[at] : null;
                texts.Add(salt is null ? null : new Opening(salt, text));
                // The data opens by the leaf's own commitments, so that an erased or a changed text is told apart from changed data.
                return at < leaf.Text.Count ? leaf.Text[at].ToString() : "";
            }
        );
        return new OpenedLeaf(leaf, Open(salts.Stream, streamValue), Open(salts.Actor, actorValue), Open(salts.Data, dataValue), texts);
    }

    /// <summary>The data with its free texts in their places, as they were recorded; null where data or a text is not opened.</summary>
    /// <param name="textPlaces">Where the data has free texts.</param>
    public byte[]? WholeData(IReadOnlySet<string> textPlaces) => WholeData(textPlaces, _ => null);

    /// <summary>The data with its free texts in their places, and something else in the places of those that are erased or withheld.</summary>
    /// <param name="textPlaces">Where the data has free texts.</param>
    /// <param name="instead">What stands for a text of a place that is not opened, as JSON; null where it cannot be left out.</param>
    /// <returns>The data; null where the data is not opened, or a text that cannot be left out.</returns>
    public byte[]? WholeData(IReadOnlySet<string> textPlaces, Func<string, ReadOnlyMemory<byte>?> instead)
    {
        ArgumentNullException.ThrowIfNull(instead);
        if (Data is null)
            return null;
        var (at, isWhole) = (0, true);
        var whole = FreeTexts.ReplaceJson(
            Data.Value.ToArray(),
            textPlaces,
            (place, _) =>
            {
                var text = at < Text.Count ? Text[at]?.Value ?? instead(place) : null;
                at++;
                isWhole &= text is not null;
                return text ?? "null"u8.ToArray();
            }
        );
        return isWhole && at == Text.Count ? whole : null;
    }

    /// <summary>Which commitments are not opened by what is given for them: <c>stream</c>, <c>actor</c>, <c>data</c>, <c>text[0]</c> and so on.</summary>
    /// <returns>Nothing where everything that is given fits.</returns>
    public IEnumerable<string> Mismatches()
    {
        if (!Opens(Leaf.Stream, CommittedField.Stream, Stream))
            yield return "stream";
        if (!Opens(Leaf.Actor, CommittedField.Actor, Actor))
            yield return "actor";
        if (!Opens(Leaf.Data, CommittedField.Data, Data))
            yield return "data";
        for (var i = 0; i < Math.Max(Leaf.Text.Count, Text.Count); i++)
        {
            if (i >= Leaf.Text.Count || i >= Text.Count || !Opens(Leaf.Text[i], CommittedField.Text, Text[i]))
                yield return $"text[{i}]";
        }
    }

    private static bool Opens(Commitment commitment, CommittedField field, Opening? opening) =>
        opening is null || commitment.IsOpenedBy(field, opening.Salt, opening.Value.Span);

    private static Opening? Open(Salt? salt, byte[] value) => salt is null ? null : new Opening(salt, value);

    private static Parsed<byte[]> NameOf(string? actor) => actor is null ? "null"u8.ToArray() : CanonicalJson.OfText(actor);
}
