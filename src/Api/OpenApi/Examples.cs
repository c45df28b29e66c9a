using System.Text.Json.Nodes;

namespace Api.OpenApi;

/// <summary>Examples of what is sent and what is answered. A test holds each against its schema.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> Requests = new()
    {
        ["POST /analysts"] = """{"analyst":"ana","name":"Ana Lyst","roles":["analyst"]}""",
        ["PUT /analysts/{analyst}/roles"] = """{"roles":["analyst","editor"]}""",
        ["POST /analysts/{analyst}/tokens"] = """{"scopes":["analyst"],"expiresAt":"2036-01-01T00:00:00Z"}""",
        ["POST /questions"] = """
            {"slug":"rain","title":"Will it rain?","resolutionCriteria":"Yes if the gauge shows 1 mm.","type":"binary","opensAt":"2026-01-01T00:00:00Z",
             "closesAt":"2036-01-01T00:00:00Z","resolvesBy":"2036-02-01T00:00:00Z","tags":["weather"]}
            """,
        ["POST /questions/{slug}/reschedule"] = """{"closesAt":"2035-01-01T00:00:00Z","reason":"The gauge will be taken down."}""",
        ["POST /questions/{slug}/clarifications"] = """{"text":"Snow counts when it has melted."}""",
        ["POST /questions/{slug}/evidence"] = """{"occurredAt":"2026-03-01T00:00:00Z","title":"Clouds","source":"A window"}""",
        ["POST /webhooks"] = """{"url":"https://example.org/hooks/forecasts","events":["QuestionResolved"]}""",
        ["POST /forecasts"] = """{"question":"rain","probability":0.65,"rationale":"Clouds."}""",
        ["PUT /questions/{slug}/forecast"] = """{"term":"likely","scale":"phia","rationale":"Clouds."}""",
        ["POST /questions/{slug}/resolution"] =
            """{"outcome":"yes","knownAt":"2026-05-01T00:00:00Z","reason":"The gauge showed 3 mm.","evidence":["https://example.org/gauge"]}""",
        ["POST /questions/{slug}/resolution/correct"] =
            """{"outcome":"no","knownAt":"2026-05-01T00:00:00Z","reason":"The gauge was misread.","evidence":["https://example.org/gauge"]}""",
        ["POST /questions/{slug}/resolution/annul"] = """{"reason":"The gauge was stolen.","evidence":["https://example.org/police"]}""",
        ["POST /questions/{slug}/resolution/take-back"] = """{"reason":"The gauge was never there.","evidence":["https://example.org/gauge"]}""",
        ["POST /questions/{slug}/resolution/confirm"] = """{"proposal":"0198b0a4-7d3c-7a51-9c1e-5a0d3c9e6f21"}""",
        ["POST /questions/{slug}/resolution/reject"] = """{"reason":"The source does not say so.","proposal":"0198b0a4-7d3c-7a51-9c1e-5a0d3c9e6f21"}""",
        ["POST /questions/{slug}/resolution/dispute"] = """{"reason":"Another gauge showed nothing.","resolution":"019ac1f0-5b5e-7c3a-9a0f-2f6f0c1d2e3f"}""",
    };

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["AnalystAnswer"] =
            """{"analyst":"ana","name":"Ana Lyst","kind":"person","roles":["analyst"],"tokens":[{"id":"0f3c5a7e9b1d2c4f","prefix":"fc_1a2b3c4"}],"version":2}""",
        ["TokenAnswer"] = """{"id":"0f3c5a7e9b1d2c4f","prefix":"fc_1a2b3c4","scopes":["analyst"],"lastUsedAt":"2026-03-01T12:00:00Z"}""",
        ["IssuedToken"] = """{"analyst":"ana","tokenId":"0f3c5a7e9b1d2c4f","token":"fc_1a2b3c4…","prefix":"fc_1a2b3c4"}""",
        ["ForecastAnswer"] =
            """{"analyst":"ana","kind":"person","madeAt":"2026-03-01T12:00:00Z","recordedAt":"2026-03-01T12:00:00Z","probability":0.65,"rationale":"Clouds.","imported":false}""",
        ["QuestionAnswer"] = """
            {"slug":"rain","title":"Will it rain?","background":"","resolutionCriteria":"Yes if the gauge shows 1 mm.","type":"binary","status":"open",
             "opensAt":"2026-01-01T00:00:00Z","closesAt":"2036-01-01T00:00:00Z","resolvesBy":"2036-02-01T00:00:00Z","options":["yes","no"],"tags":["weather"],
             "imported":false,"version":2,"clarifications":[],"evidence":[]}
            """,
        ["ConsensusAnswer"] = """{"question":"rain","method":"median","asOf":"2026-03-01T12:00:00Z","forecasters":3,"probability":0.6}""",
        ["CalibrationPoint"] = """{"forecast":0.65,"calibrated":0.6,"weight":12.5,"lower":0.45,"upper":0.8}""",
    };

    /// <summary>An example of a request's body; null where there is none.</summary>
    public static JsonNode? OfRequest(string method, string path) => Requests.TryGetValue($"{method} {path}", out var json) ? JsonNode.Parse(json) : null;

    /// <summary>An example of a type's JSON; null where there is none.</summary>
    public static JsonNode? Of(Type type) => Answers.TryGetValue(type.Name, out var json) ? JsonNode.Parse(json) : null;
}
