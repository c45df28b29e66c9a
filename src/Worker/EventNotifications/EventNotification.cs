using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Domain.People;
using Domain.Questions;

namespace Worker.EventNotifications;

/// <summary>An event as it is told to those who follow the service, live or by webhook.</summary>
/// <param name="Sequence">The event's place among all events.</param>
/// <param name="EventId">The event's id, as in the audit trail and in a forecast's history.</param>
/// <param name="Type">The event's name, for example <c>ForecastRevised</c>.</param>
/// <param name="Question">The question that it is about.</param>
/// <param name="Analyst">Whose forecast it is; null for events that are not a forecast's.</param>
/// <param name="RecordedAt">When the store recorded it, UTC.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Tags">The question's tags.</param>
/// <param name="Data">What happened; a scoring's rows are counted here, and read from the question's scores.</param>
public sealed record EventNotification(
    long Sequence,
    Guid EventId,
    string Type,
    QuestionSlug Question,
    ForecasterName? Analyst,
    DateTimeOffset RecordedAt,
    string? Actor,
    [property: JsonIgnore] IReadOnlyList<string> Tags,
    JsonObject Data
);
