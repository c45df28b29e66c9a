using System.Text.RegularExpressions;

namespace Domain;

/// <summary>How streams are named. A name never holds a slash, so a key can be taken apart again and a prefix never matches another question.</summary>
public static partial class StreamKeys
{
    /// <summary>The pattern of a slug, for JSON schemas.</summary>
    public const string SlugPattern = "^" + SlugForm + "$";

    /// <summary>The pattern of a forecaster's name, for JSON schemas.</summary>
    public const string ForecasterPattern = "^" + ForecasterForm + "$";

    private const string SlugForm = "[a-z0-9-]{1,80}";
    private const string ForecasterForm = "[A-Za-z0-9._:-]{1,80}";

    /// <summary>The prefix that the streams of all forecasts share, and no other stream has.</summary>
    public const string AllForecasts = "forecast/";

    public static string Question(string slug) => $"question/{slug}";

    /// <summary>The question that a question's or a scoring stream is of.</summary>
    public static string SlugOf(string stream) => stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public static string Analyst(string analyst) => $"analyst/{analyst}";

    public static string Scoring(string slug) => $"scoring/{slug}";

    public static string Forecast(string slug, string analyst) => $"{Forecasts(slug)}{analyst}";

    /// <summary>The prefix that the streams of all forecasts on one question share, and no other stream has.</summary>
    public static string Forecasts(string slug) => $"forecast/{slug}/";

    /// <summary>Whether a person may give this name to a question, a tag, a group or an analyst.</summary>
    public static bool IsSlug(string? text) => text is not null && Slug().IsMatch(text);

    /// <summary>Whether a forecaster can be called so: slugs, and the names of references and of imported forecasters.</summary>
    public static bool IsForecaster(string? text) => text is not null && Forecaster().IsMatch(text);

    [GeneratedRegex(@"\A" + SlugForm + @"\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"\A" + ForecasterForm + @"\z")]
    private static partial Regex Forecaster();
}
