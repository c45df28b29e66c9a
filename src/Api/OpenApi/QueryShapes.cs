using System.Text.Json.Nodes;
using Api.Calibration;
using Api.Paging;
using Api.Scores;
using Api.Serialization;
using Domain.Consensus;
using Domain.Questions;
using Microsoft.OpenApi;
using Store.Webhooks;

namespace Api.OpenApi;

/// <summary>What the parameters in queries and paths look like. A parameter has one meaning wherever it is taken.</summary>
internal static class QueryShapes
{
    public static (OpenApiSchema Schema, string Description) Query(string name, string path) =>
        name switch
        {
            "limit" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = Whole(PageParameters.MaxLimit),
                    Default = JsonValue.Create(PageParameters.DefaultLimit),
                },
                "The most items of a page."
            ),
            "cursor" => (Text(800), "Where the page starts: the `next` of the page before, as it stands."),
            "asOf" => (
                Instant(),
                "As it stood at this instant of the world's time, which is included: an outcome counts from when it was known, and of those the one that was logged last."
            ),
            "knownAt" => (Instant(), "As it was recorded here by this instant, which is included."),
            "imported" => (
                Choice<ImportedChoice>(),
                "What is done with rows that rest on an imported step: count them, leave them out, or leave out all others. Without it they count; boards, comparisons and calibration leave out those on questions that were asked here."
            ),
            "from" => (Instant(), "From this instant on."),
            "to" => (Instant(), "Before this instant."),
            "generation" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = Whole(int.MaxValue),
                },
                "An earlier generation of scores; the latest where it is left out."
            ),
            "minQuestions" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = Whole(int.MaxValue),
                },
                "Leave out who forecast on fewer questions."
            ),
            "status" when path is "/questions" or "/analysts/{analyst}/forecasts" => (Choice<QuestionStatus>(), "Only questions of this status."),
            "type" when !path.StartsWith("/audit", StringComparison.Ordinal) && path != "/live" => (Choice<QuestionType>(), "Only questions of this type."),
            "method" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Enum = [.. ConsensusMethods.All.Select(m => (JsonNode)m.Name)],
                    Default = ConsensusMethods.Default.Name,
                },
                "How the forecasts become one."
            ),
            "tag" => (Text(200), "Only questions with this tag."),
            "group" => (Text(200), "Only questions of this group."),
            "q" => (Text(200), "Only questions whose title holds these words, in any case and with or without accents."),
            "staleFor" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[0-9]+[mhdw]$",
                    Examples = ["7d"],
                },
                "Only forecasts that were stated longer ago than this: minutes, hours, days or weeks."
            ),
            "question" => (Text(200), "Only what concerns this question."),
            "analyst" => (Text(200), "Only what concerns this analyst."),
            "type" => (Text(200), "Only events of this kind."),
            "correlation" => (Text(200), "Only what this request (its trace id) brought about."),
            "rule" => (Text(200), "The score, for example `brier.timeAveraged`."),
            "horizon" => (Text(200), "Only forecasts as they stood this long before the close."),
            "kind" => (Text(200), "Only forecasters of these kinds, parted by commas."),
            "reference" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = FieldShapes.Forecaster,
                    Default = ConsensusMethods.Default.Forecaster,
                },
                "Whom to measure against, on the same questions and time."
            ),
            "bins" => (
                new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MaxLength = 2000,
                    Examples = ["10", "0,0.2,0.8,1"],
                },
                "The binned curve too: in so many bins of equal width, or between these edges."
            ),
            "picture" => (Choice<CalibrationPicture>(), "Which picture to draw."),
            "score" => (Text(200), "Only this score's explanation."),
            "format" when path.EndsWith("/errors", StringComparison.Ordinal) => (
                new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["json", "csv", "ndjson"] },
                "The form of the answer, instead of by Accept."
            ),
            "format" => (new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["csv", "ndjson"] }, "The form of the answer, instead of by Accept."),
            "for" => (
                new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["spreadsheet"] },
                "For a spreadsheet: CSV with a byte order mark, in which cells that it would run as formulas are text. Without it every cell is as it is kept, whatever a spreadsheet would make of it."
            ),
            "lastEventId" => (
                new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9]+$" },
                "Go on after the event of this id, where the header Last-Event-ID cannot be sent."
            ),
            "status" => (Choice<DeliveryStatus>(), "Only deliveries of this status."),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Say what the parameter is."),
        };

    public static (OpenApiSchema Schema, string Description) Path(string name, string path) =>
        name switch
        {
            "slug" => (new OpenApiSchema { Type = JsonSchemaType.String, Pattern = FieldShapes.Slug }, "The question's slug."),
            "analyst" or "a" or "b" => (
                new OpenApiSchema { Type = JsonSchemaType.String, Pattern = FieldShapes.Forecaster },
                "The analyst's name, or a reference's or a consensus's."
            ),
            "id" when path.Contains("/tokens/", StringComparison.Ordinal) => (Text(200), "The token's id, which is not secret."),
            "id" when path.StartsWith("/imports", StringComparison.Ordinal) => (Text(200), "The import's id."),
            "id" => (Text(200), "The webhook's id."),
            "name" => (Text(200), "The scale's name."),
            "n" => (Text(200), "The delivery's number, from 1 on."),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Say what the parameter is."),
        };

    private static OpenApiSchema Text(int longest) => new() { Type = JsonSchemaType.String, MaxLength = longest };

    private static OpenApiSchema Instant() =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = "date-time",
            Description =
                "A date, which is its midnight, UTC, or an RFC 3339 date-time with an offset. Digits of the second beyond the sixth decimal are cut off.",
            Examples = ["2017-08-01T00:00:00Z", "2017-08-01"],
        };

    private static OpenApiSchema Choice<T>()
        where T : struct, Enum => new() { Type = JsonSchemaType.String, Enum = [.. Enum.GetValues<T>().Select(v => (JsonNode)Spelling.Of(v))] };

    private static string Whole(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
