using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cli;

/// <summary>Talks to a running service as a client does, and turns its refusals into messages.</summary>
public sealed class ServiceClient : IDisposable
{
    private readonly HttpClient _http;

    public ServiceClient(Uri server, string? token)
    {
        // Whole histories go through here: what takes long is not stuck.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Server => _http.BaseAddress!;

    /// <summary>Sends the request and answers the response, of which only the head has been read.</summary>
    /// <exception cref="CommandException">It was refused, failed, or nobody answered.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
        }
        catch (HttpRequestException e)
        {
            throw new CommandException(
                $"Nothing answers at {Server}{(e.HttpRequestError == HttpRequestError.NameResolutionError ? ", whose name is no machine's" : "")}. "
                    + "See whether the service runs, and whether the address is right.",
                ExitCode.Unreachable
            );
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new CommandException(await ExplainAsync(response, token));
    }

    public async Task<JsonElement> AskAsync(HttpMethod method, string path, object? body, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await SendAsync(request, token);
        var bytes = await response.Content.ReadAsByteArrayAsync(token);
        return bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes);
    }

    /// <summary>Every item of a list, page by page.</summary>
    public async IAsyncEnumerable<JsonElement> ItemsAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        string? cursor = null;
        do
        {
            var page = await AskAsync(HttpMethod.Get, $"{path}?limit=200{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}", null, token);
            foreach (var item in page.GetProperty("items").EnumerateArray())
                yield return item;
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        } while (cursor is not null);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What a refusal says.</summary>
    internal static async Task<string> ExplainAsync(HttpResponseMessage response, CancellationToken token)
    {
        var text = await response.Content.ReadAsStringAsync(token);
        try
        {
            var problem = JsonSerializer.Deserialize<JsonElement>(text);
            var detail = problem.TryGetProperty("detail", out var d) ? d.GetString() : null;
            // The detail of a refusal by field is all of its errors one after the other: each is shown once, after the field that it is about.
            List<string> errors = problem.TryGetProperty("errors", out var fields)
                ? [.. fields.EnumerateObject().SelectMany(f => f.Value.EnumerateArray().Select(e => About(f.Name, e.GetString()!)))]
                : [];
            var separator = errors.Count > 1 ? Environment.NewLine + "  " : " ";
            return $"Refused ({(int)response.StatusCode}):{separator}{(errors.Count > 0 ? string.Join(separator, errors) : detail)}";
        }
        catch (JsonException)
        {
            return $"Refused ({(int)response.StatusCode} {response.ReasonPhrase}).";
        }
    }

    /// <summary>The error, after the field that it is about where it does not name it itself.</summary>
    private static string About(string field, string error) =>
        field.Length == 0 || error.Contains($"'{field}'", StringComparison.Ordinal) ? error : $"{field}: {error}";
}
