using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Api.Problems;

namespace Api.Serialization;

/// <summary>
/// Says why a body cannot be read in the API's own words: which field it is, what that takes, and what was given. The serializer's exceptions give the place;
/// their words are its own, and name types of the program.
/// </summary>
public static class UnreadableBodies
{
    public const string Whole = "body";

    // What the serializer says before it names the fields, each between apostrophes. Which fields are missing it tells nowhere else.
    private const string Missing = "missing required properties including:";

    // What it says of a body that is empty or blank; of one that begins with something else it gives the same place.
    private const string Nothing = "does not contain any JSON tokens";

    /// <summary>The refusal of a body that is not what the request takes.</summary>
    /// <param name="json">What the serializer found.</param>
    /// <param name="body">The type that the request takes; null where it is not known.</param>
    public static IResult For(JsonException json, JsonTypeInfo? body)
    {
        ArgumentNullException.ThrowIfNull(json);
        var place = BodyPlace.Find(json.Path, body);
        if (json is MisreadException misread)
        {
            var at = misread.Within is { } within ? place.Within(within) : place;
            return Problem.Invalid(at.Field, $"'{at.Field}' takes {misread.Expected}{(misread.Given is null ? "" : $", not {misread.Given}")}.");
        }

        // A place where there is no JSON at all, as opposed to JSON of another form.
        if (json.GetType() != typeof(JsonException) || json.InnerException is JsonException)
            return NoJson(json, place, body);

        if (json.Message.IndexOf(Missing, StringComparison.Ordinal) is > 0 and var found)
        {
            var names = json.Message[(found + Missing.Length)..].Split(" Path:")[0].Split('\'').Where((_, i) => i % 2 == 1);
            return Problem.Invalid(names.Select(place.Within).Select(p => (p.Field, $"'{p.Field}' is missing; it takes {p.Form}.")));
        }

        if (!place.IsKnown)
            return Problem.Invalid(place.Field, $"'{place.Field}' is no field of this request, which takes {place.Form}.");
        if (json.Message.StartsWith("Duplicate", StringComparison.Ordinal))
            return Problem.Invalid(place.Field, $"'{place.Field}' holds a field twice; give each once.");
        return Problem.Invalid(place.Field, $"'{place.Field}' takes {place.Form}, and neither null nor anything else.");
    }

    /// <summary>The refusal of a request that has no body where one is needed.</summary>
    public static IResult NoBody(JsonTypeInfo? body) =>
        Problem.Invalid(Whole, $"The body is missing{(body is null ? "" : $"; the request takes {ExpectedForms.Of(body)}")}. Send it as application/json.");

    /// <summary>The refusal of a body that says null where one is needed.</summary>
    public static IResult NullBody(JsonTypeInfo? body) =>
        Problem.Invalid(Whole, $"The body is null{(body is null ? ", which this request does not take" : $"; the request takes {ExpectedForms.Of(body)}")}.");

    private static IResult NoJson(JsonException json, BodyPlace place, JsonTypeInfo? body)
    {
        if (json.Message.Contains(Nothing, StringComparison.Ordinal))
            return NoBody(body);
        var (line, position) = ((json.LineNumber ?? 0) + 1, (json.BytePositionInLine ?? 0) + 1);
        var near = place.Field == Whole ? "" : $", in or after '{place.Field}'";
        return Problem.Invalid(
            Whole,
            $"The body is no JSON at line {line}, byte {position}{near}: see whether a quote, a comma or a bracket is missing there, or one too many, "
                + "and whether it goes more than 64 levels deep."
        );
    }
}
