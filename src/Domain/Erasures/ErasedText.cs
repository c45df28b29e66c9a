namespace Domain.Erasures;

/// <summary>
/// What stands in the place of an erased text: <c>[erased 2026-06-01T08:00:00.123456Z]</c>. It goes wherever the text went, so that every reader sees it.
/// </summary>
public static class ErasedText
{
    private const string Before = "[erased ";

    /// <summary>The words in the place of a text.</summary>
    /// <param name="at">When it was erased, UTC.</param>
    public static string Of(DateTimeOffset at) => $"{Before}{Instants.Format(at)}]";

    /// <summary>When the text that stood here was erased, UTC; null where a text stands here.</summary>
    /// <param name="text">A text, or what stands in its place.</param>
    public static DateTimeOffset? ErasedAt(string? text) =>
        text is { Length: > 9 } && text.StartsWith(Before, StringComparison.Ordinal) && text[^1] == ']'
            ? Instants.Parse(text.AsSpan()[Before.Length..^1])
            : null;
}
