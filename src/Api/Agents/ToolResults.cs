using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Pipeline;
using ModelContextProtocol.Protocol;

namespace Api.Agents;

/// <summary>What a tool answers: JSON, as text and structured; or, for a refusal, what to change.</summary>
public static class ToolResults
{
    public static CallToolResult Of(InProcessAnswer answer) => answer is { Succeeded: true, Body: { } body } ? Of(body) : Refused(answer);

    public static CallToolResult Of(JsonObject answer) => Of(JsonSerializer.SerializeToElement(answer));

    public static CallToolResult Refused(string reason) => new() { IsError = true, Content = [new TextContentBlock { Text = reason }] };

    private static CallToolResult Of(JsonElement body) => new() { Content = [new TextContentBlock { Text = body.GetRawText() }], StructuredContent = body };

    // A model reads one sentence better than a document; the fields at fault are named in it.
    private static CallToolResult Refused(InProcessAnswer answer)
    {
        if (answer.Body is not { ValueKind: JsonValueKind.Object } problem)
            return Refused($"The service answered {answer.Status}.");
        var text = $"Refused ({answer.Status}): {problem.GetProperty("detail").GetString()}";
        if (problem.TryGetProperty("errors", out var errors))
            text += $" At fault: {string.Join(", ", errors.EnumerateObject().Select(e => e.Name))}.";
        return Refused(text);
    }
}
