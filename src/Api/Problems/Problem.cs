using Domain;
using Microsoft.AspNetCore.Mvc;

namespace Api.Problems;

/// <summary>Refusals as RFC 9457 problem documents: each says what to change, and a 400 says it by field.</summary>
public static class Problem
{
    public const string ContentType = "application/problem+json";

    public static IResult For(Decision refused)
    {
        var first = refused.Refusals[0];
        return first.Kind switch
        {
            RefusalKind.Forbidden => Of(StatusCodes.Status403Forbidden, "forbidden", "Forbidden", first.Detail),
            RefusalKind.Conflict => Of(StatusCodes.Status409Conflict, "conflict", "Conflict with the present state", first.Detail),
            _ => Invalid(refused.Refusals.Select(r => (r.Field ?? "", r.Detail))),
        };
    }

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "not-found", "Not found", detail);

    public static IResult Invalid(string field, string detail) => Invalid([(field, detail)]);

    public static IResult Invalid(IEnumerable<(string Field, string Detail)> errors)
    {
        var byField = errors.GroupBy(e => e.Field).ToDictionary(g => g.Key, g => g.Select(e => e.Detail).ToArray());
        var problem = Document(StatusCodes.Status400BadRequest, "invalid", "Invalid request", string.Join(" ", byField.Values.SelectMany(d => d)));
        problem.Extensions["errors"] = byField;
        return new ProblemResult(problem);
    }

    public static IResult Of(int status, string type, string title, string detail)
    {
        var problem = Document(status, type, title, detail);
        return new ProblemResult(problem);
    }

    private static ProblemDetails Document(int status, string type, string title, string detail) =>
        new()
        {
            Status = status,
            Type = $"urn:forecasts:problem:{type}",
            Title = title,
            Detail = detail,
        };
}
