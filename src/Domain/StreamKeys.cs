using System.Text.RegularExpressions;
using Domain.People;
using Domain.Questions;

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

    /// <summary>The stream of a question.</summary>
    public static string Question(string slug) => $"question/{slug}";

    /// <summary>Whether a stream is a question's.</summary>
    public static bool IsQuestion(string stream) => stream.StartsWith("question/", StringComparison.Ordinal);

    /// <summary>The slug in the key of a question's, an analyst's or a scoring stream.</summary>
    public static string SlugOf(string stream) => stream[(stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The stream of an analyst.</summary>
    public static string Analyst(string analyst) => $"analyst/{analyst}";

    /// <summary>Whether a stream is an analyst's.</summary>
    public static bool IsAnalyst(string stream) => stream.StartsWith("analyst/", StringComparison.Ordinal);

    /// <summary>The stream of a question's generations of scores.</summary>
    public static string Scoring(string slug) => $"scoring/{slug}";

    /// <summary>The stream of one forecaster's forecast on one question.</summary>
    public static string Forecast(QuestionSlug question, ForecasterName forecaster) => $"forecast/{question.Value}/{forecaster.Value}";

    /// <summary>The prefix that the streams of all forecasts on one question share, and no other stream has.</summary>
    public static string Forecasts(string slug) => $"forecast/{slug}/";

    /// <summary>Whether a person may give this name to a question, a tag, a group or an analyst.</summary>
    public static bool IsSlug(string? text) => text is not null && Slug().IsMatch(text);

    /// <summary>Whether a forecaster can have this name: slugs are such names, and those of references and of imported forecasters.</summary>
    public static bool IsForecaster(string? text) => text is not null && Forecaster().IsMatch(text);

    [GeneratedRegex(@"\A" + SlugForm + @"\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"\A" + ForecasterForm + @"\z")]
    private static partial Regex Forecaster();
}
