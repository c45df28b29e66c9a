using System.Text.Json;
using System.Text.Json.Serialization;
using Domain.Scoring.Generations;

namespace Store.Events;

/// <summary>A generation of scores as JSON, read and written by generated code; the same text as the event store's own serialiser gives.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QuestionScored))]
internal sealed partial class ScoringEventJson : JsonSerializerContext
{
    public static byte[] WriteUtf8(QuestionScored generation) => JsonSerializer.SerializeToUtf8Bytes(generation, Default.QuestionScored);

    public static QuestionScored Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Default.QuestionScored)!;
}
