using System.Net;
using System.Text.RegularExpressions;

namespace Api.Tests.Pages;

/// <summary>A reader with a browser that runs no script: it asks for pages and keeps cookies.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _client;
    private readonly CookieContainer _cookies = new();

    public Browser(RunningApi api, string language = "en")
    {
        _client = new HttpClient(new Cookies(_cookies, api.Road())) { BaseAddress = api.Nobody.BaseAddress };
        _client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        _client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Has every request come with a token, as a script could send it.</summary>
    public Browser As(HttpClient person)
    {
        _client.DefaultRequestHeaders.Authorization = person.DefaultRequestHeaders.Authorization;
        return this;
    }

    public Task<HttpResponseMessage> GetAsync(string url) => _client.GetAsync(new Uri(url, UriKind.RelativeOrAbsolute));

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client.SendAsync(request);

    /// <summary>Sends a form, as a page of this service does.</summary>
    public Task<HttpResponseMessage> PostAsync(string url, params (string Name, string Value)[] fields)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))),
        };
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        return _client.SendAsync(request);
    }

    /// <summary>A page that is there.</summary>
    public async Task<string> PageAsync(string url)
    {
        using var response = await GetAsync(url);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{url}: {(int)response.StatusCode} {text}");
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        return text;
    }

    /// <summary>What a page shows, without its tags.</summary>
    public static string Words(string page) => WebUtility.HtmlDecode(Tags().Replace(page[page.IndexOf("<main", StringComparison.Ordinal)..], " "));

    /// <summary>Every number of a page that is one of the API's: exact, and as it is written.</summary>
    public static IReadOnlyList<(double Exact, string Written)> Numbers(string page) =>
        [
            .. Data()
                .Matches(page)
                .Select(m => (double.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), WebUtility.HtmlDecode(m.Groups[2].Value))),
        ];

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tags();

    [GeneratedRegex("<data value=\"([^\"]+)\">([^<]*)</data>")]
    private static partial Regex Data();

    private sealed class Cookies(CookieContainer cookies, HttpMessageHandler road) : DelegatingHandler(road)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (cookies.GetCookieHeader(request.RequestUri!) is { Length: > 0 } sent)
                request.Headers.TryAddWithoutValidation("Cookie", sent);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var set))
            {
                foreach (var cookie in set)
                    cookies.SetCookies(request.RequestUri!, cookie);
            }

            return response;
        }
    }
}
