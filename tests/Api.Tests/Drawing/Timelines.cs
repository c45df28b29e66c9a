using System.Xml.Linq;
using Api.Drawing;
using Api.Forecasts;
using Domain;
using Domain.Forecasts;
using Domain.Questions;

namespace Api.Tests.Drawing;

/// <summary>Questions with forecasts to draw.</summary>
internal static class Timelines
{
    public static readonly DateTimeOffset Opens = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly DateTimeOffset Closes = Opens.AddDays(60);

    public static Question Question(
        QuestionType type = QuestionType.Binary,
        string title = "Will the ferry run?",
        IReadOnlyList<string>? options = null,
        string? outcome = null
    ) =>
        new()
        {
            Id = StreamKeys.Question("ferry"),
            Slug = "ferry",
            Title = title,
            Type = type,
            Options = type switch
            {
                QuestionType.Binary => ["yes", "no"],
                QuestionType.Numeric or QuestionType.Date => [],
                _ => options ?? ["north", "south", "west"],
            },
            Range = type switch
            {
                QuestionType.Numeric => new(0, 100, false, false),
                QuestionType.Date => new(19_800, 20_000, false, true),
                _ => null,
            },
            OpensAt = Opens,
            ClosesAt = Closes,
            Resolution = outcome is null ? null : new Resolution(outcome, Opens.AddDays(50), "", [], "", ""),
        };

    public static DrawnForecast Probabilities(string name, params (double Day, double P)[] steps) =>
        new(name, [.. steps.Select((s, i) => new ForecastStep(Opens.AddDays(s.Day), i, Prediction.Categorical.Binary(s.P)))]);

    public static Picture Draw(Question question, params DrawnForecast[] forecasts) =>
        TimelinePicture.Draw(question, "Forecast of ann", forecasts, Opens.AddDays(40));

    /// <summary>The text of an SVG, an element each, as a reader copies it.</summary>
    public static IReadOnlyList<string> Texts(this Picture picture) =>
        [.. XDocument.Parse(picture.Svg()).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)];
}
