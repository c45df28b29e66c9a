using System.Text.Json;
using Api.Pipeline;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace Api.Pages.Reading;

/// <summary>The API refused what a page needs; the page then shows that.</summary>
public sealed class PageRefusedException(ProblemDetails problem) : Exception(problem.Detail)
{
    /// <summary>The refusal.</summary>
    public ProblemDetails Problem { get; } = problem;
}

/// <summary>
/// Reads what a page shows from the API's own endpoints, within the process and under the reader's rights. A page so shows nothing that the API does not give.
/// </summary>
public sealed class ApiReader(InProcessRequests requests, IOptions<JsonOptions> json)
{
    // What the API writes it writes whole; what it leaves out is absent.
    private readonly JsonSerializerOptions _reading = new(json.Value.SerializerOptions)
    {
        RespectRequiredConstructorParameters = false,
        RespectNullableAnnotations = false,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    /// <summary>Reads one answer.</summary>
    /// <exception cref="PageRefusedException">The API refuses it.</exception>
    public async Task<T> GetAsync<T>(
        HttpContext http,
        string route,
        IReadOnlyDictionary<string, string>? values = null,
        IEnumerable<KeyValuePair<string, string?>>? query = null
    )
    {
        var answer = await AskAsync(http, route, values, query);
        return answer is { Succeeded: true, Body: { } body } ? body.Deserialize<T>(_reading)! : throw new PageRefusedException(Refusal(answer));
    }

    /// <summary>Reads one answer; null where the API refuses it, as it does what is not there or not the reader's to see.</summary>
    /// <exception cref="PageRefusedException">The API could not answer this time.</exception>
    public async Task<T?> FindAsync<T>(
        HttpContext http,
        string route,
        IReadOnlyDictionary<string, string>? values = null,
        IEnumerable<KeyValuePair<string, string?>>? query = null
    )
        where T : class
    {
        var answer = await FoundAsync(http, route, values, query);
        return answer is { Succeeded: true, Body: { } body } ? body.Deserialize<T>(_reading) : null;
    }

    /// <summary>Reads one answer that is a text, such as a signed note; null where the API refuses it.</summary>
    /// <exception cref="PageRefusedException">The API could not answer this time.</exception>
    public async Task<string?> FindTextAsync(HttpContext http, string route)
    {
        var answer = await FoundAsync(http, route);
        return answer.Succeeded ? answer.Text : null;
    }

    // A page does not leave out in silence what is there and could not be read this once.
    private async Task<InProcessAnswer> FoundAsync(
        HttpContext http,
        string route,
        IReadOnlyDictionary<string, string>? values = null,
        IEnumerable<KeyValuePair<string, string?>>? query = null
    )
    {
        var answer = await AskAsync(http, route, values, query);
        return answer.Status is StatusCodes.Status429TooManyRequests or >= 500 ? throw new PageRefusedException(Refusal(answer)) : answer;
    }

    private async Task<InProcessAnswer> AskAsync(
        HttpContext http,
        string route,
        IReadOnlyDictionary<string, string>? values,
        IEnumerable<KeyValuePair<string, string?>>? query
    )
    {
        var answer = await requests.AskAsync(http, "GET", route, values, query);
        // It ends with the reader's request, whose time was up or who went away: that is no answer to show.
        if (!answer.Succeeded)
            http.RequestAborted.ThrowIfCancellationRequested();
        return answer;
    }

    private static ProblemDetails Refusal(InProcessAnswer answer) =>
        answer.Body?.Deserialize<ProblemDetails>(JsonSerializerOptions.Web) ?? new ProblemDetails { Status = answer.Status };
}
