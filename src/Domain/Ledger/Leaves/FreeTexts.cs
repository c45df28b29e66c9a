using System.Text.Json;
using Domain.Ledger.Text;

namespace Domain.Ledger.Leaves;

/// <summary>A free text in the data of an event.</summary>
/// <param name="Index">Its place among the free texts, from 0: that of its commitment in the leaf.</param>
/// <param name="Place">Its place in the data, a JSON pointer (<see cref="FreeTexts"/>).</param>
/// <param name="Json">The text as JSON, in its one spelling.</param>
public sealed record HeldText(int Index, string Place, ReadOnlyMemory<byte> Json);

/// <summary>
/// The free texts in an event's data: what a person wrote, which can be erased without touching the rest. They are found by their places, JSON pointers
/// (RFC 6901) in which <c>*</c> stands for every index of an array: <c>/rationale</c>, <c>/options/*/label</c>. A place may also hold a whole list of texts,
/// <c>/evidence</c>, which is then one text to commit to and to erase.
/// </summary>
public static class FreeTexts
{
    /// <summary>The data with a string in the place of each free text, in its one spelling as before.</summary>
    /// <param name="canonical">The data in its one spelling (<see cref="CanonicalJson"/>), so that the texts come in one order.</param>
    /// <param name="places">Where free texts are. A null there stays.</param>
    /// <param name="replacement">
    /// The string to write for a text, which is given as JSON in its one spelling; called in the order of the texts. It has only characters that JSON does
    /// not escape.
    /// </param>
    public static byte[] Replace(byte[] canonical, IReadOnlySet<string> places, Func<ReadOnlyMemory<byte>, string> replacement) =>
        ReplaceJson(canonical, places, text => StrictUtf8.Encode($"\"{replacement(text)}\""));

    /// <summary>The free texts of data, in the order in which a leaf commits to them.</summary>
    /// <param name="canonical">The data in its one spelling.</param>
    /// <param name="places">Where free texts are.</param>
    public static IReadOnlyList<HeldText> Of(byte[] canonical, IReadOnlySet<string> places)
    {
        var texts = new List<HeldText>();
        ReplaceJson(
            canonical,
            places,
            (place, text) =>
            {
                texts.Add(new HeldText(texts.Count, place, text));
                return text;
            }
        );
        return texts;
    }

    /// <summary>Stored data with other words in the places of some of its free texts. The rest stays byte for byte.</summary>
    /// <param name="stored">The data as they lie in the store, in any spelling.</param>
    /// <param name="erased">The texts, of <see cref="Of"/>.</param>
    /// <param name="words">What to write for each, with only characters that JSON does not escape; for a list as its one entry.</param>
    public static byte[] Erase(byte[] stored, IReadOnlyCollection<HeldText> erased, string words)
    {
        ArgumentNullException.ThrowIfNull(erased);
        return ReplaceJson(stored, erased.Select(t => t.Place).ToHashSet(StringComparer.Ordinal), (_, text) => InPlaceOf(text, words));
    }

    /// <summary>What stands in the place of a text that was erased, as JSON in its one spelling.</summary>
    /// <param name="text">The text as JSON, or what stands in its place.</param>
    /// <param name="words">The words.</param>
    public static ReadOnlyMemory<byte> InPlaceOf(ReadOnlyMemory<byte> text, string words) =>
        StrictUtf8.Encode(text.Span[0] == '[' ? $"[\"{words}\"]" : $"\"{words}\"");

    /// <summary>The data with other JSON in the place of each free text.</summary>
    /// <param name="canonical">The data in its one spelling.</param>
    /// <param name="places">Where free texts are.</param>
    /// <param name="replacement">The JSON to write for a text, in its one spelling; called in the order of the texts.</param>
    internal static byte[] ReplaceJson(byte[] canonical, IReadOnlySet<string> places, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> replacement) =>
        ReplaceJson(canonical, places, (_, text) => replacement(text));

    /// <summary>The same, by the place of each text.</summary>
    internal static byte[] ReplaceJson(byte[] canonical, IReadOnlySet<string> places, Func<string, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> replacement)
    {
        if (places.Count == 0)
            return canonical;
        using var replaced = new MemoryStream(canonical.Length);
        var copied = 0;
        var place = new Place();
        var reader = new Utf8JsonReader(canonical);
        while (reader.Read())
        {
            place.Leave(ref reader);
            if (IsText(reader.TokenType) && place.ToString() is var here && places.Contains(here))
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var end = (int)reader.BytesConsumed;
                replaced.Write(canonical, copied, start - copied);
                replaced.Write(replacement(here, canonical.AsMemory(start, end - start)).Span);
                copied = end;
            }
            else
            {
                place.Enter(ref reader);
            }
        }

        replaced.Write(canonical, copied, canonical.Length - copied);
        return replaced.ToArray();
    }

    private static bool IsText(JsonTokenType token) =>
        token
            is JsonTokenType.String
                or JsonTokenType.StartArray
                or JsonTokenType.StartObject
                or JsonTokenType.Number
                or JsonTokenType.True
                or JsonTokenType.False;

    /// <summary>Where a reader stands: a name or a <c>*</c> for each object or array around it.</summary>
    private sealed class Place
    {
        private readonly List<string> _steps = [];

        /// <summary>Forgets what the reader has left behind: it stands inside as many objects and arrays as it is deep.</summary>
        public void Leave(ref Utf8JsonReader reader)
        {
            // A name is a step of its own object, and takes the place of the name before it.
            var kept = reader.TokenType == JsonTokenType.PropertyName ? reader.CurrentDepth - 1 : reader.CurrentDepth;
            if (_steps.Count > kept)
                _steps.RemoveRange(kept, _steps.Count - kept);
        }

        /// <summary>Remembers a name, or an array.</summary>
        public void Enter(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
                _steps.Add(reader.GetString()!.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
            else if (reader.TokenType == JsonTokenType.StartArray)
                _steps.Add("*");
        }

        public override string ToString() => string.Concat(_steps.Select(s => $"/{s}"));
    }
}
