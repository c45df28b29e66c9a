using System.Buffers;

namespace Store.Erasing;

/// <summary>
/// Texts that are looked for in others. All of them are looked for in one pass, so that what it costs grows with what is read and not with how many they are.
/// </summary>
internal sealed class SoughtTexts
{
    /// <summary>So much of a text's beginning is looked for: more takes memory and tells next to nothing more.</summary>
    private const int LongestBeginning = 64;

    private readonly SearchValues<string> _beginnings;
    private readonly bool _isEverywhere;

    private SoughtTexts(SearchValues<string> beginnings, bool isEverywhere) => (_beginnings, _isEverywhere) = (beginnings, isEverywhere);

    /// <summary>Makes ready to look for texts.</summary>
    /// <param name="texts">The texts. An empty one is in every other.</param>
    public static SoughtTexts Of(IEnumerable<string> texts)
    {
        var beginnings = texts.Select(t => t.Length > LongestBeginning ? t[..LongestBeginning] : t).Distinct(StringComparer.Ordinal).ToArray();
        return new SoughtTexts(SearchValues.Create(beginnings, StringComparison.Ordinal), beginnings.Contains(""));
    }

    /// <summary>Whether one of the texts may be in another: one that is no longer than 64 characters is there, of a longer one the beginning.</summary>
    public bool MayBeIn(ReadOnlySpan<char> other) => _isEverywhere || other.ContainsAny(_beginnings);
}
