namespace Domain.Ledger.Text;

/// <summary>
/// Base64 (RFC 4648, section 4) in its one spelling: with padding, without white space, and with zeros in the bits that are left over, so that no two texts
/// stand for the same bytes.
/// </summary>
internal static class StrictBase64
{
    /// <summary>The bytes; null where the text is not their one spelling.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % 4 != 0)
            return null;
        var bytes = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, bytes, out var length))
            return null;
        Array.Resize(ref bytes, length);
        return text.SequenceEqual(Convert.ToBase64String(bytes)) ? bytes : null;
    }
}
