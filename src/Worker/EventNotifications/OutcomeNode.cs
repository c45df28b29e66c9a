using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Domain.Questions;
using Domain.Resolutions;

namespace Worker.EventNotifications;

/// <summary>Recorded outcomes in the form of the contract, if that is not the text itself.</summary>
public static class OutcomeNode
{
    /// <summary>The number of a numeric outcome, or the object with the degrees of options; null if the outcome is shown as recorded.</summary>
    /// <param name="type">The question's type; null where it is not known.</param>
    /// <param name="outcome">The outcome as it is recorded.</param>
    public static JsonNode? Of(QuestionType? type, string outcome)
    {
        if (type?.Form() == OutcomeForm.Number)
            return double.TryParse(outcome, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null;
        if (type?.CountsDays() == true || !PartialOutcome.IsMeant(outcome))
            return null;
        try
        {
            return JsonNode.Parse(outcome) is JsonObject degrees && degrees.All(d => d.Value?.GetValueKind() == JsonValueKind.Number) ? degrees : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
