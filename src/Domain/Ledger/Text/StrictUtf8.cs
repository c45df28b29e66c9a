using System.Text;
using System.Text.Unicode;

namespace Domain.Ledger.Text;

/// <summary>Bytes as text without loss: what is read gives the same bytes when it is written.</summary>
internal static class StrictUtf8
{
    /// <summary>The text; null where the bytes are not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Whether the text has bytes: it has none where half of a surrogate pair stands alone.</summary>
    public static bool CanEncode(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
                return false;
        }

        return true;
    }

    /// <summary>The bytes of the text, which has no lone surrogate.</summary>
    public static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);
}
