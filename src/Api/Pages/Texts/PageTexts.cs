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

    /// <summary>The zone of days and times.</summary>
    public ReaderZone Zone { get; init; } = ReaderZone.Utc;

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

    /// <summary>Why something is not there, in words for the API's code; null where there are none, as for a code of a later version.</summary>
    public string? Reason(string of, string code) => Find($"{of}.why.{code}");

    /// <summary>An option: yes and no in words, all others as somebody wrote them.</summary>
    public string Option(string option) => option is "yes" or "no" ? this[$"outcome.{option}"] : option;

    /// <summary>A length of time before the close, such as 7d, or a stretch of it, such as 1d-7d, in words.</summary>
    public string Horizon(string horizon)
    {
        ArgumentNullException.ThrowIfNull(horizon);
        return horizon.Split('-').Select(Days).ToArray() is [var from, var to] ? Say("board.range", from, to) : Days(horizon);

        string Days(string end) => end.EndsWith('d') && int.TryParse(end[..^1], CultureInfo.InvariantCulture, out var days) ? Count("days", days) : end;
    }

    /// <summary>What somebody wrote; where it was erased, that it was and when.</summary>
    public string Written(string text) => ErasedText.ErasedAt(text) is { } at ? Say("mark.erased", Day(at)) : text;

    /// <summary>The day of an instant in the reader's zone: 31 Aug 2011.</summary>
    public string Day(DateTimeOffset at) => Language == "ko" ? Form(at, "yyyy년 M월 d일") : Form(at, "d MMM yyyy");

    /// <summary>A day without its year.</summary>
    public string DayOfYear(DateTimeOffset at) => Language == "ko" ? Form(at, "M월 d일") : Form(at, "d MMM");

    /// <summary>A month with its year.</summary>
    public string Month(DateTimeOffset at) => Say("time.month", Form(at, "yyyy"), Form(at, Language == "ko" ? "%M" : "MMM"));

    /// <summary>An instant to the minute, with how far its clock is from UTC.</summary>
    public string Instant(DateTimeOffset at) => $"{Day(at)}, {Form(at, "HH:mm")} {Zone.Offset(at)}";

    /// <summary>The words for a reader, with days and times in the zone that the reader chose.</summary>
    public static PageTexts Of(HttpRequest request) => LanguageOf(request) with { Zone = ReaderZone.Of(request) };

    // The language that a reader chose, or that the browser likes best of those there are.
    private static PageTexts LanguageOf(HttpRequest request)
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

    private string Form(DateTimeOffset at, string form) => Zone.At(at).ToString(form, CultureInfo.InvariantCulture);
}
