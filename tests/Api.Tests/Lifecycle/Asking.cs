using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Api.Tests.Lifecycle;

/// <summary>The commands of a question's life, as people give them over HTTP.</summary>
internal static class Asking
{
    public static object Outcome(string outcome, string reason = "Seen.") =>
        new
        {
            outcome,
            knownAt = DateTimeOffset.UtcNow,
            reason,
            evidence = new[] { "a gauge" },
        };

    /// <summary>Gives a command and says what was answered, whatever it was.</summary>
    public static async Task<(HttpStatusCode Status, JsonElement Answer)> CommandAsync(
        this HttpClient person,
        string url,
        object? body = null,
        HttpMethod? method = null,
        string? ifMatch = null
    )
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, url) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.Add("If-Match", ifMatch);
        using var response = await person.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }

    /// <summary>Gives a command that must be accepted.</summary>
    public static async Task<JsonElement> DoAsync(this HttpClient person, string url, object? body = null, HttpMethod? method = null)
    {
        var (status, answer) = await person.CommandAsync(url, body, method);
        Assert.True((int)status is >= 200 and < 300, $"{url}: {(int)status} {answer}");
        return answer;
    }

    /// <summary>One person proposes, another confirms.</summary>
    public static async Task SettleAsync(this HttpClient proposer, HttpClient confirmer, string slug, object body, string call = "")
    {
        await proposer.DoAsync($"/questions/{slug}/resolution{call}", body);
        await confirmer.ConfirmAsync(slug);
    }

    /// <summary>Confirms the proposal that the question shows.</summary>
    public static async Task<JsonElement> ConfirmAsync(this HttpClient confirmer, string slug)
    {
        var (_, question) = await confirmer.CommandAsync($"/questions/{slug}", method: HttpMethod.Get);
        return await confirmer.DoAsync(
            $"/questions/{slug}/resolution/confirm",
            new { proposal = question.GetProperty("proposal").GetProperty("id").GetGuid() }
        );
    }

    /// <summary>How many events of a type a question's streams hold.</summary>
    public static async Task<int> CountAsync(this RunningApi api, string slug, string type) =>
        (await api.GetAsync($"/audit/events?question={slug}&type={type}&limit=500")).GetProperty("items").GetArrayLength();

    public static string Text(this JsonElement answer, string field) => answer.GetProperty(field).GetString()!;
}
