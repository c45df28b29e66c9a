using System.Net;
using System.Text.Json;
using Api.Authorization;
using Api.Paging;
using Api.Pipeline;
using Api.Requests;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using static Api.Tests.RunningApi;

namespace Api.Tests;

/// <summary>Every list is read in pages, in one way.</summary>
public sealed class ListsByPages(RunningApi api) : IClassFixture<RunningApi>
{
    private IEnumerable<RouteEndpoint> Lists =>
        api
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e =>
                e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true
                && e.NamesPolicy()
                && e.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
                    .Any(p => p.Type is { IsGenericType: true } t && t.GetGenericTypeDefinition() == typeof(Page<>))
            );

    [Fact]
    public void Every_list_takes_a_limit_and_a_cursor() =>
        Assert.Empty(
            Lists
                .Where(e => KnownParameters.Of(e) is not { Names: var names } || !names.Contains("limit") || !names.Contains("cursor"))
                .Select(e => e.RoutePattern.RawText)
        );

    [Fact]
    public async Task Every_list_refuses_limits_and_cursors_that_are_none_and_what_it_does_not_know()
    {
        var names = new Dictionary<string, string> { ["slug"] = "nato-enlargement-stands-2021", ["analyst"] = "owner" };
        var asked = 0;
        foreach (
            var url in Lists.Select(e =>
                System.Text.RegularExpressions.Regex.Replace(
                    e.RoutePattern.RawText!,
                    @"\{([^}:*]+)[^}]*\}",
                    m => names.GetValueOrDefault(m.Groups[1].Value, "none")
                )
            )
        )
        {
            using var plain = await api.Owner.GetAsync(new Uri(url, UriKind.Relative));
            if (plain.StatusCode == HttpStatusCode.NotFound)
                continue;
            asked++;
            var page = await Json(plain, HttpStatusCode.OK);
            Assert.Equal(JsonValueKind.Array, page.GetProperty("items").ValueKind);
            Assert.True(page.TryGetProperty("next", out _), $"{url} has no next");
            foreach (
                var (query, field) in new[]
                {
                    ("limit=0", "limit"),
                    ("limit=501", "limit"),
                    ("limit=1.5", "limit"),
                    ("cursor=abc", "cursor"),
                    ("cursor=", "cursor"),
                    ("page=2", "page"),
                }
            )
            {
                using var refused = await api.Owner.GetAsync(new Uri($"{url}?{query}", UriKind.Relative));
                Assert.True((await Json(refused, HttpStatusCode.BadRequest)).GetProperty("errors").TryGetProperty(field, out _), $"{url}?{query}");
            }
        }

        Assert.True(asked >= 8, $"Only {asked} lists were read.");
    }

    [Theory]
    [InlineData("/scales", "name")]
    [InlineData("/analysts/tokens-many/tokens", "id")]
    public async Task Pages_put_together_are_the_list(string url, string key)
    {
        if (url.StartsWith("/analysts", StringComparison.Ordinal))
        {
            await api.AsAsync("tokens-many", "analyst");
            for (var i = 0; i < 4; i++)
            {
                using var issued = await api.Owner.PostAsync(new Uri("/analysts/tokens-many/tokens", UriKind.Relative), Body("{}"));
                await Json(issued, HttpStatusCode.Created);
            }
        }

        var all = (await api.GetAsync(url)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty(key).GetString()).ToList();
        var paged = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await api.GetAsync($"{url}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty(key).GetString()));
            cursor = page.GetProperty("next").GetString();
        } while (cursor is not null);
        Assert.True(all.Count >= 4);
        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task Questions_are_searched_by_title_with_the_other_filters_page_by_page()
    {
        foreach (var (slug, title) in new[] { ("s-1", "Ёлка один"), ("s-2", "ёлка два"), ("s-3", "ЕЛКА три"), ("s-4", "100%_x") })
        {
            await api.OpenQuestionAsync(slug, new { title, tags = new[] { "searched" } });
        }

        var first = await api.GetAsync($"/questions?q={Uri.EscapeDataString("ЁЛКА")}&tag=searched&status=open&limit=2");
        Assert.Equal(["s-1", "s-2"], Slugs(first));
        Assert.Equal(
            ["s-3"],
            Slugs(
                await api.GetAsync(
                    $"/questions?q={Uri.EscapeDataString("ЁЛКА")}&tag=searched&status=open&limit=2&cursor={first.GetProperty("next").GetString()}"
                )
            )
        );
        Assert.Equal(["s-4"], Slugs(await api.GetAsync("/questions?tag=searched&q=%25_")));
        Assert.Empty(Slugs(await api.GetAsync("/questions?tag=searched&q=0_x")));
        Assert.Equal(4, Slugs(await api.GetAsync("/questions?tag=searched&q=")).Count());
        using var tooLong = await api.Owner.GetAsync(new Uri($"/questions?q={new string('x', 201)}", UriKind.Relative));
        await Json(tooLong, HttpStatusCode.BadRequest);
    }

    private static IEnumerable<string> Slugs(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(q => q.GetProperty("slug").GetString()!);
}
