using System.Globalization;
using System.Resources;
using Domain.Erasures;
using Microsoft.Net.Http.Headers;

namespace Api.Pages.Texts;

/// <summary>The words of pages in one language. Each language has a resource file of its own with the same names.</summary>
/// <param name="Language">The language's tag, such as <c>en</c>.</param>
public sealed record PageTexts(string Language)
{
    /// <summary>The cookie that keeps which language a reader chose.</summary>
    public const string Cookie = "forecasts-language";

    /// <summary>The languages there are; the first is taken where a reader asks for none of them.</summary>
    public static IReadOnlyList<PageTexts> All { get; } = [new("en"), new("ko")];

    private ResourceManager Words { get; } = new($"Api.Pages.Texts.{(Language == "ko" ? "Korean" : "English")}", typeof(PageTexts).Assembly);

    /// <summary>The words of a name.</summary>
    /// <exception cref="MissingManifestResourceException">There are none.</exception>
    public string this[string name] =>
        Words.GetString(name, CultureInfo.InvariantCulture) ?? throw new MissingManifestResourceException($"'{name}' has no words in '{Language}'.");

    /// <summary>The words of a name; null where there are none.</summary>
    public string? Find(string name) => Words.GetString(name, CultureInfo.InvariantCulture);

    /// <summary>The words of a name with values in their places.</summary>
    public string Say(string name, params object?[] values) => string.Format(CultureInfo.InvariantCulture, this[name], values);

    /// <summary>A number of things in words: the name's <c>.one</c> for one of them, else its <c>.other</c>.</summary>
    public string Count(string name, int count) => Say($"{name}.{(count == 1 ? "one" : "other")}", count.ToString("N0", CultureInfo.InvariantCulture));

    /// <summary>What somebody wrote; where it was erased, that it was and when.</summary>
    public string Written(string text) => ErasedText.ErasedAt(text) is { } at ? Say("mark.erased", Day(at)) : text;

    /// <summary>A day: 31 Aug 2011.</summary>
    public string Day(DateTimeOffset at) => Language == "ko" ? Form(at, "yyyy년 M월 d일") : Form(at, "d MMM yyyy");

    /// <summary>A day without its year.</summary>
    public string DayOfYear(DateTimeOffset at) => Language == "ko" ? Form(at, "M월 d일") : Form(at, "d MMM");

    /// <summary>An instant to the minute, UTC.</summary>
    public string Instant(DateTimeOffset at) => $"{Day(at)}, {Form(at, "HH:mm")} UTC";

    /// <summary>The language that a reader chose, or that the browser likes best of those there are.</summary>
    public static PageTexts Of(HttpRequest request)
    {
        if (All.FirstOrDefault(t => t.Language == request.Cookies[Cookie]) is { } chosen)
            return chosen;
        return request
                .GetTypedHeaders()
                .AcceptLanguage.Where(l => l.Quality is not 0)
                .OrderByDescending(l => l.Quality ?? 1)
                .Select(l => All.FirstOrDefault(t => IsOf(l, t.Language)))
                .FirstOrDefault(t => t is not null)
            ?? All[0];
    }

    private static bool IsOf(StringWithQualityHeaderValue wanted, string language) =>
        wanted.Value.Equals(language, StringComparison.OrdinalIgnoreCase) || wanted.Value.StartsWith($"{language}-", StringComparison.OrdinalIgnoreCase);

    private static string Form(DateTimeOffset at, string form) => at.UtcDateTime.ToString(form, CultureInfo.InvariantCulture);
}
