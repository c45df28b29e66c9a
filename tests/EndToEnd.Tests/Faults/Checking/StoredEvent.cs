using System.Text.Json;

namespace EndToEnd.Tests.Faults.Checking;

/// <summary>An event as the table of events has it.</summary>
internal sealed record StoredEvent(
    long Sequence,
    Guid Id,
    string Stream,
    long Version,
    string Type,
    string Data,
    DateTimeOffset At,
    string? Correlation,
    string? Causation,
    string? User
)
{
    private const string ImportPrefix = "import/";

    private JsonElement? _read;

    /// <summary>The question's slug, or the analyst's name: what stands second in the stream's key.</summary>
    public string Subject => Stream.Split('/')[1];

    /// <summary>The import that recorded it; null where none did.</summary>
    public string? Import => Causation?.StartsWith(ImportPrefix, StringComparison.Ordinal) == true ? Causation[ImportPrefix.Length..] : null;

    public bool IsForecastStep => Type is "forecast_submitted" or "forecast_revised" or "forecast_withdrawn";

    /// <summary>Whether it says how a question came out.</summary>
    public bool IsClaim => Type is "question_resolved" or "resolution_corrected" or "question_annulled" or "resolution_taken_back";

    /// <summary>A field of the data as text; null where it has none.</summary>
    public string? Text(string field)
    {
        var data = _read ??= JsonDocument.Parse(Data).RootElement;
        return data.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
    }
}
