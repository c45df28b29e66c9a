using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Domain.Forecasts;
using Domain.Ledger.Leaves;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>
/// Walks the limits that the description gives to the fields of bodies, and holds the decisions against each: what keeps it is taken, what goes beyond it is
/// refused by the field's name.
/// </summary>
public sealed partial class LimitsOfFieldsTests(LimitsOfFieldsTests.Quiet api) : IClassFixture<LimitsOfFieldsTests.Quiet>
{
    // The base64 of 32 bytes.
    private const string Bytes = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static int _questions;

    [Fact]
    public async Task What_keeps_a_described_limit_is_taken_and_what_goes_beyond_it_is_refused()
    {
        var (faults, seen) = (new List<string>(), new List<string>());
        foreach (var operation in api.Contract.Operations)
        {
            if (operation.Json["requestBody"]?["content"]?["application/json"] is not { } content || operation.Path == "/forecasts")
                continue;
            var schema = Resolved(content["schema"]!);
            foreach (var (field, shape) in schema["properties"]!.AsObject())
            {
                foreach (var (limit, within, beyond) in Values(field, shape!))
                {
                    seen.Add($"{operation.Method} {operation.Path} {field} {limit}");
                    var (status, errors) = await SendAsync(operation, content["example"]!, field, beyond);
                    if (status is not (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity) || !errors.Any(e => IsOf(e, field)))
                        faults.Add($"{seen[^1]}: beyond it the answer is {status}, about {string.Join(", ", errors)}");
                    (status, errors) = await SendAsync(operation, content["example"]!, field, within);
                    // A webhook's address is looked up, which a machine without a network cannot.
                    if ((int)status >= 300 && !(operation.Path == "/webhooks" && errors is ["url"]))
                        faults.Add($"{seen[^1]}: at it the answer is {status}, about {string.Join(", ", errors)}");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join("\n", faults));
        Assert.True(seen.Count > 40, $"Only {seen.Count} limits were found:\n{string.Join("\n", seen)}");
    }

    private static bool IsOf(string error, string field) =>
        error == field || error.StartsWith($"{field}.", StringComparison.Ordinal) || error.StartsWith($"{field}[", StringComparison.Ordinal);

    private JsonNode Resolved(JsonNode schema)
    {
        var reference = schema["$ref"] ?? schema["oneOf"]?.AsArray().Select(s => s!["$ref"]).FirstOrDefault(r => r is not null);
        return reference is null ? schema : api.Contract.Document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!;
    }

    /// <summary>For each limit of a field a value that just keeps it, and one that just does not.</summary>
    private static IEnumerable<(string Limit, JsonNode Within, JsonNode Beyond)> Values(string field, JsonNode shape)
    {
        if ((int?)shape["maxLength"] is { } longest)
            yield return ($"maxLength {longest}", Text(field, longest), Text(field, longest + 1));
        if ((int?)shape["minLength"] is { } shortest and > 0)
            yield return ($"minLength {shortest}", Text(field, field == "url" ? 25 : shortest), Text("", shortest - 1));
        if ((string?)shape["pattern"] is { } pattern)
        {
            var most = int.Parse(Repetition().Match(pattern).Groups[1].Value, CultureInfo.InvariantCulture);
            yield return ($"pattern {pattern}", Text(field, most, Next()), Text(field, most + 1, Next()));
        }

        if ((int?)shape["maxItems"] is { } most2)
            yield return ($"maxItems {most2}", Items(field, most2), Items(field, most2 + 1));
        if ((int?)shape["minItems"] is { } fewest)
            yield return ($"minItems {fewest}", Items(field, fewest), Items(field, fewest - 1));
        if ((double?)shape["maximum"] is { } greatest)
            yield return ($"maximum {greatest}", JsonValue.Create(greatest), JsonValue.Create(greatest + 0.01));
        if ((double?)shape["minimum"] is { } least)
            yield return ($"minimum {least}", JsonValue.Create(least), JsonValue.Create(least - 0.01));
    }

    private static string Text(string field, int length, string start = "") =>
        (
            field switch
            {
                "url" => "https://example.org/",
                "seal" or "salt" => Bytes,
                _ => start,
            } + new string('a', Math.Max(0, length))
        )[..length];

    private static JsonArray Items(string field, int count) =>
        new([
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    field switch
                    {
                        "quantiles" => new JsonObject { ["p"] = (i + 1) / (count + 1.0), ["value"] = i },
                        "scopes" => (JsonNode)"analyst",
                        "texts" => (JsonNode)"rationale",
                        _ => $"x{i}",
                    }
                ),
        ]);

    private static string Next() => $"q{Interlocked.Increment(ref _questions)}-";

    /// <summary>Sends the example with one field changed, to a question of its own that is in the state that the operation needs.</summary>
    private async Task<(HttpStatusCode Status, List<string> Errors)> SendAsync(WrittenOperation operation, JsonNode example, string field, JsonNode value)
    {
        var body = example.DeepClone().AsObject();
        var slug = Next() + "limit";
        object? extra = null;
        if (operation.Path.EndsWith("/forecast", StringComparison.Ordinal))
        {
            body = field is "probability" or "quantiles" or "seal" ? [] : new JsonObject { ["probability"] = 0.5 };
            if (field == "quantiles")
                extra = new { type = "numeric", range = new { min = 0, max = 5_000 } };
        }

        if (operation is { Method: "POST", Path: "/questions" })
            body["slug"] = slug;
        if (operation is { Method: "POST", Path: "/questions" } or { Method: "PATCH" } && field == "options")
            body["type"] = "multipleChoice";

        if (operation is { Method: "POST", Path: "/analysts" })
            body["analyst"] = slug;
        if (operation.Path.Contains("{slug}", StringComparison.Ordinal))
            await PrepareAsync(operation, slug, extra, body);
        if (operation.Path.Contains("{analyst}", StringComparison.Ordinal))
            await api.AsAsync(slug, "analyst");
        var eventId = operation.Path.Contains("{eventId}", StringComparison.Ordinal) ? await ForecastAsync(slug) : "";
        body[field] = value.DeepClone();
        using var request = new HttpRequestMessage(
            new HttpMethod(operation.Method),
            operation
                .Path.Replace("{slug}", slug, StringComparison.Ordinal)
                .Replace("{analyst}", slug, StringComparison.Ordinal)
                .Replace("{eventId}", eventId, StringComparison.Ordinal)
        )
        {
            Content = Body(body.ToJsonString()),
        };
        using var response = await api.Owner.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, [.. (answer?["errors"]?.AsObject() ?? []).Select(e => e.Key)]);
    }

    /// <summary>The id of a forecast with a rationale.</summary>
    private async Task<string> ForecastAsync(string slug)
    {
        await api.OpenQuestionAsync(slug);
        using var response = await api.Owner.PutAsync($"/questions/{slug}/forecast", Body("""{"probability":0.5,"rationale":"Clouds."}"""));
        await Json(response, HttpStatusCode.Created);
        return (await api.GetAsync($"/questions/{slug}/forecasts/owner")).GetProperty("steps")[0].GetProperty("eventId").GetString()!;
    }

    /// <summary>A closed question on which the body's statement was sealed.</summary>
    private async Task SealAsync(string slug, JsonObject body)
    {
        body["salt"] = Bytes;
        var statement = System.Text.Encoding.UTF8.GetBytes(body["statement"]!.ToJsonString());
        var seal = SealedStatement.Of(new Salt(Convert.FromBase64String(Bytes)), statement).Value.Seal;
        using var stated = await api.Owner.PutAsync($"/questions/{slug}/forecast", Body($$"""{"seal":"{{seal}}"}"""));
        await Json(stated, HttpStatusCode.Created);
        using var closed = await api.Owner.PostAsync($"/questions/{slug}/close", null);
        await Json(closed, HttpStatusCode.OK);
    }

    private async Task PrepareAsync(WrittenOperation operation, string slug, object? extra, JsonObject body)
    {
        var path = operation.Path;
        if (operation.Method == "PATCH")
        {
            // A draft can be edited in everything.
            await api.DraftQuestionAsync(slug);
            return;
        }

        await api.OpenQuestionAsync(slug, extra);
        if (path.EndsWith("/reveal", StringComparison.Ordinal))
            await SealAsync(slug, body);
        var needsOutcome =
            path.EndsWith("/correct", StringComparison.Ordinal)
            || path.EndsWith("/dispute", StringComparison.Ordinal)
            || path.EndsWith("/take-back", StringComparison.Ordinal);
        if (needsOutcome || path.EndsWith("/reject", StringComparison.Ordinal) || path.EndsWith("/confirm", StringComparison.Ordinal))
        {
            using var proposed = await api.Proposer.PostAsync(
                $"/questions/{slug}/resolution",
                Body($$"""{"outcome":"yes","knownAt":"{{DateTimeOffset.UtcNow.AddMinutes(-1):O}}","reason":"It did.","evidence":["https://example.org"]}""")
            );
            body["proposal"] = (await Json(proposed, HttpStatusCode.OK)).GetProperty("proposal").GetProperty("id").GetString();
        }

        if (needsOutcome)
        {
            using var confirmed = await ConfirmAsync(api.Owner, slug);
            var resolution = (await Json(confirmed, HttpStatusCode.OK)).GetProperty("resolutionId").GetString();
            body.Remove("proposal");
            if (path.EndsWith("/dispute", StringComparison.Ordinal))
                body["resolution"] = resolution;
        }

        if (path.Contains("/resolution", StringComparison.Ordinal) && body.ContainsKey("knownAt"))
            body["knownAt"] = DateTimeOffset.UtcNow.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture);
        if (path.EndsWith("/reschedule", StringComparison.Ordinal))
            body["closesAt"] = DateTimeOffset.UtcNow.AddDays(5).ToString("O", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\{\d+,(\d+)\}")]
    private static partial Regex Repetition();

    /// <summary>A service without the catalogue, with a second person.</summary>
    public sealed class Quiet : RunningApi
    {
        /// <summary>Who proposes what the owner confirms or rejects.</summary>
        public HttpClient Proposer { get; private set; } = null!;

        protected override IReadOnlyList<string> Settings => ["--Catalogue:Load", "false"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            Proposer = await AsAsync("proposer", "resolver");
        }
    }
}
