using System.Text.Json;
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

    /// <summary>Whether a text says nothing that could be erased: an empty text, an empty list.</summary>
    public static bool SaysNothing(HeldText text) => Of(text).All(t => t.Length == 0);

    /// <summary>The texts of a place as a cell of a file has them: one, or a list parted by <c>|</c>.</summary>
    public static string Cell(HeldText text) =>
        Of(text) is [var one]
            ? one
            : string.Join('|', Of(text).Select(t => t.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)));
}
