using System.Text.Json;
using Domain;
using Microsoft.AspNetCore.Mvc;

namespace Api.Http;

/// <summary>Refusals as RFC 9457 problem documents: each says what to change, and a 400 says it by field.</summary>
public static class Problems
{
    public const string ContentType = "application/problem+json";

    // What the serializer says before it names the fields, each between apostrophes.
    private const string Missing = "missing required properties including:";

    public static IResult For(Decision refused)
    {
        var first = refused.Refusals[0];
        return first.Kind switch
        {
            RefusalKind.Forbidden => Of(StatusCodes.Status403Forbidden, "forbidden", "Not yours to do", first.Detail),
            RefusalKind.Conflict => Of(StatusCodes.Status409Conflict, "conflict", "The present state does not allow this", first.Detail),
            _ => Invalid(refused.Refusals.Select(r => (r.Field ?? "", r.Detail))),
        };
    }

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "not-found", "There is no such thing", detail);

    public static IResult Invalid(string field, string detail) => Invalid([(field, detail)]);

    public static IResult Invalid(IEnumerable<(string Field, string Detail)> errors)
    {
        var byField = errors.GroupBy(e => e.Field).ToDictionary(g => g.Key, g => g.Select(e => e.Detail).ToArray());
        var problem = Document(StatusCodes.Status400BadRequest, "invalid", "The request is not valid", string.Join(" ", byField.Values.SelectMany(d => d)));
        problem.Extensions["errors"] = byField;
        return Results.Json(problem, statusCode: problem.Status, contentType: ContentType);
    }

    /// <summary>JSON that is not what the request takes: the field at fault, as far as it can be told.</summary>
    public static IResult Unreadable(JsonException json)
    {
        if (json.Message.IndexOf(Missing, StringComparison.Ordinal) is > 0 and var at)
        {
            var within = json.Path is { Length: > 2 } parent && parent.StartsWith("$.", StringComparison.Ordinal) ? parent[2..] + "." : "";
            var names = json.Message[(at + Missing.Length)..].Split(" Path:")[0].Split('\'').Where((_, i) => i % 2 == 1);
            return Invalid(names.Select(n => (within + n, $"'{within}{n}' is missing.")));
        }

        var field = json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
        if (json is UnreadableValueException value) return Invalid(field, $"{field}: {value.Detail}");
        return Invalid(field, json.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? $"'{field}' is no field of this request."
            : $"'{field}' cannot be read; mind its type and the limits of numbers.");
    }

    public static IResult Of(int status, string type, string title, string detail)
    {
        var problem = Document(status, type, title, detail);
        return Results.Json(problem, statusCode: status, contentType: ContentType);
    }

    private static ProblemDetails Document(int status, string type, string title, string detail) =>
        new() { Status = status, Type = $"urn:forecasts:problem:{type}", Title = title, Detail = detail };
}
