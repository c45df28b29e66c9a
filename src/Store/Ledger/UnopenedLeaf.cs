using Domain.Erasures;
using Domain.Ledger.Leaves;
using Store.Events;

namespace Store.Ledger;

/// <summary>A leaf without some of its salts.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Stream">The stream of its event.</param>
/// <param name="Names">Which of stream, actor and data have no salt. Nothing erases those.</param>
/// <param name="Texts">The texts without a salt, as they stand in the event.</param>
internal sealed record UnopenedLeaf(KeptLeaf Leaf, string Stream, IReadOnlyList<string> Names, IReadOnlyList<HeldText> Texts)
{
    /// <summary>Whether a leaf lacks all salts. It was taken over from a copy after a restore, and there is nothing to compare its event by.</summary>
    public static bool IsLost(OpenedLeaf opened) => opened is { Stream: null, Actor: null, Data: null } && opened.Text.All(t => t is null);

    /// <summary>The leaf, where it lacks some salts and not all; else null.</summary>
    public static UnopenedLeaf? Of(KeptLeaf leaf, RecordedEvent recorded, OpenedLeaf opened)
    {
        List<string> names = [];
        if (opened.Stream is null)
            names.Add("stream");
        if (opened.Actor is null)
            names.Add("actor");
        if (opened.Data is null)
            names.Add("data");
        if (IsLost(opened) || (names.Count == 0 && !opened.Text.Contains(null)))
            return null;
        var texts = FreeTexts.Of(CanonicalJson.Canonicalize(recorded.Data.Span).Value, FreeTextPlaces.Of(opened.Leaf.Type)!);
        return new UnopenedLeaf(leaf, recorded.Stream, names, [.. texts.Where(t => opened.Text[t.Index] is null)]);
    }

    /// <summary>What lacks a salt although no erasure says so, or does not have the words of its erasure in its place.</summary>
    /// <param name="erased">The texts that were erased, with when.</param>
    public IEnumerable<string> Unaccounted(IReadOnlyDictionary<(Guid Event, int Text), DateTimeOffset> erased) =>
        Names.Concat(
            Texts
                .Where(t =>
                    !erased.TryGetValue((Leaf.EventId, t.Index), out var at) || !t.Json.Span.SequenceEqual(FreeTexts.InPlaceOf(t.Json, ErasedText.Of(at)).Span)
                )
                .Select(t => $"text[{t.Index}]")
        );
}
