using System.Collections.Frozen;

namespace Store.Events;

/// <summary>
/// Which of the free texts of an event can be erased by themselves: what somebody wrote. Names, options, tags and rows of scores have commitments of their own
/// too, and stay, since scores rest on them; a person's name and identity go with the person.
/// </summary>
public static class ErasablePlaces
{
    private static readonly FrozenSet<string> Kept = FrozenSet.Create(
        StringComparer.Ordinal,
        "/analyst",
        "/claims",
        "/confirmedBy",
        "/disputedBy",
        "/group",
        "/hash",
        "/name",
        "/options",
        "/prefix",
        "/proposedBy",
        "/rejectedBy",
        "/rows",
        "/statusQuo",
        "/subject",
        "/tags",
        "/takenBackBy"
    );

    private static readonly FrozenDictionary<string, FrozenSet<string>> ByName = FreeTextPlaces.All.ToFrozenDictionary(
        p => EventNames.Of(p.Key),
        p => p.Value.Where(place => !Kept.Contains(OfQuestion(place))).ToFrozenSet(StringComparer.Ordinal),
        StringComparer.Ordinal
    );

    /// <summary>The place in a question of what stands on a side of an edit; any other place as it is.</summary>
    private static string OfQuestion(string place) =>
        place.StartsWith("/before/", StringComparison.Ordinal) ? place["/before".Length..]
        : place.StartsWith("/after/", StringComparison.Ordinal) ? place["/after".Length..]
        : place;

    /// <summary>The places whose text can be erased by itself, JSON pointers; none where there are none.</summary>
    /// <param name="name">The name of the type of event.</param>
    public static IReadOnlySet<string> Of(string name) => ByName.GetValueOrDefault(name, FrozenSet<string>.Empty);

    /// <summary>What stands for an erased text where the words in its place are not known, as JSON.</summary>
    /// <param name="name">The name of the type of event.</param>
    /// <param name="place">The place of the text.</param>
    /// <returns>Empty words, or an empty list; null for a text that cannot be erased.</returns>
    public static ReadOnlyMemory<byte>? Empty(string name, string place) =>
        !Of(name).Contains(place) ? (ReadOnlyMemory<byte>?)null
        : place == "/evidence" ? "[]"u8.ToArray()
        : "\"\""u8.ToArray();
}
