using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Api.Paging;

/// <summary>
/// Cursors: the key of the last thing on a page behind a few bytes of its hash, so that one that was cut, mistyped or made up is noticed.
/// A key names a thing and no place in a list, so pages neither repeat nor miss what stays while others come and go.
/// </summary>
public static class Cursors
{
    private const int CheckLength = 6;

    public static string Of(string key)
    {
        var text = Encoding.UTF8.GetBytes(key);
        return Base64Url.EncodeToString([.. Check(text), .. text]);
    }

    /// <summary>The key in a cursor; null where it is none.</summary>
    public static string? Key(string cursor)
    {
        if (!Base64Url.IsValid(cursor) || Base64Url.DecodeFromChars(cursor) is not { Length: >= CheckLength } bytes)
            return null;
        var text = bytes.AsSpan(CheckLength);
        return bytes.AsSpan(0, CheckLength).SequenceEqual(Check(text)) ? Encoding.UTF8.GetString(text) : null;
    }

    private static byte[] Check(ReadOnlySpan<byte> text) => SHA256.HashData(text)[..CheckLength];
}
