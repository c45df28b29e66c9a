using System.Text.Json;

namespace Api.Http;

/// <summary>A value of a body that cannot be read, with what to write instead; the field is named by where it stands.</summary>
public sealed class UnreadableValueException(string detail) : JsonException(detail)
{
    public string Detail { get; } = detail;
}
