using System.Text;
using Domain.Scoring.Generations;
using Marten;

namespace Store.Events;

/// <summary>Writes event data in UTF-8, the very text that the store's serialiser gives: by generated code for the events that there are many of.</summary>
public sealed class EventJson(ISerializer serializer)
{
    public byte[] Write(object data) =>
        data is QuestionScored generation
            ? ScoringEventJson.WriteUtf8(generation)
            : ForecastEventJson.WriteUtf8(data) ?? Encoding.UTF8.GetBytes(serializer.ToJson(data));
}
