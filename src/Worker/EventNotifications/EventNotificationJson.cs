using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Worker.EventNotifications;

/// <summary>The JSON of notifications, as in the API's contract.</summary>
public static class EventNotificationJson
{
    /// <summary>The options for writing notifications.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new UtcInstantConverter() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
