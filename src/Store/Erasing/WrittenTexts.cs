using System.Text.Json;
using Domain.Erasures;
using Domain.Ledger.Leaves;

namespace Store.Erasing;

/// <summary>What people wrote, as the text that they wrote.</summary>
internal static class WrittenTexts
{
    /// <summary>The texts of a place: one, or those of a list.</summary>
    public static IReadOnlyList<string> Of(HeldText text) =>
        text.Json.Span[0] switch
        {
            (byte)'"' => [JsonSerializer.Deserialize<string>(text.Json.Span)!],
            (byte)'[' => JsonSerializer.Deserialize<string[]>(text.Json.Span)!,
            _ => [],
        };

    /// <summary>Whether a text was erased, or says nothing that could be: an empty text, an empty list.</summary>
    public static bool IsErased(HeldText text) => Of(text) is var texts && texts.All(t => t.Length == 0 || ErasedText.ErasedAt(t) is not null);
}
