using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests.Forecasting;

/// <summary>Distributions stated over the API: one at a time, and many in one request.</summary>
public sealed class StatingDistributions(Importing.EmptyApi api) : IClassFixture<Importing.EmptyApi>
{
    private async Task<string> QuestionAsync()
    {
        var slug = $"cdf-{Guid.NewGuid():n}";
        await api.OpenQuestionAsync(
            slug,
            new
            {
                type = "numeric",
                range = new { min = 0, max = 100 },
                spotAt = DateTimeOffset.UtcNow.AddDays(15),
            }
        );
        return slug;
    }

    private async Task<HttpResponseMessage> PutAsync(string slug, string body)
    {
        using var content = Body(body);
        return await api.Owner.PutAsync(new Uri($"/questions/{slug}/forecast", UriKind.Relative), content);
    }

    private static string Quantiles(IEnumerable<(double P, double Value)> points) =>
        JsonSerializer.Serialize(new { quantiles = points.Select(q => new { p = q.P, value = q.Value }) });

    [Fact]
    public async Task A_thousand_points_from_0_to_1_are_stated_read_and_exported()
    {
        var slug = await QuestionAsync();
        using var stated = await PutAsync(slug, Quantiles(Enumerable.Range(0, 1_000).Select(i => (i / 999.0, i / 10.0))));
        Assert.Equal(1_000, (await Json(stated, HttpStatusCode.Created)).GetProperty("quantiles").GetArrayLength());
        var after = (await api.GetAsync($"/questions/{slug}/forecasts/owner")).GetProperty("steps")[0].GetProperty("after").GetProperty("quantiles");
        Assert.Equal(
            (0, 0, 1, 99.9),
            (
                after[0].GetProperty("p").GetDouble(),
                after[0].GetProperty("value").GetDouble(),
                after[999].GetProperty("p").GetDouble(),
                after[999].GetProperty("value").GetDouble()
            )
        );
        Assert.True((await api.GetAsync($"/questions/{slug}/consensus?method=median")).GetProperty("quantiles").GetArrayLength() > 1);

        using var refused = await PutAsync(slug, Quantiles(Enumerable.Range(0, 1_001).Select(i => (i / 1_000.0, i / 20.0))));
        Assert.Contains("these are 1001", (await Json(refused, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"quantiles":[{"p":0,"value":10},{"p":0.3,"value":20},{"p":0.3,"value":40},{"p":0.6,"value":40},{"p":1,"value":90}]}""", null)]
    [InlineData("""{"quantiles":[{"p":0.7500000000000001,"value":40},{"p":0.75,"value":50}]}""", null)]
    [InlineData("""{"quantiles":[{"p":0.75,"value":40},{"p":0.7500000000000001,"value":40}]}""", "No point is stated twice")]
    [InlineData("""{"quantiles":[{"p":0.25,"value":20},{"p":0.5,"value":19.9}]}""", "0.5 at 19.9 lies below 0.25 at 20")]
    [InlineData("""{"quantiles":[{"p":1.1,"value":20}]}""", "1.1 does not")]
    [InlineData("""{"quantiles":[{"p":-0.1,"value":20}]}""", "-0.1 does not")]
    [InlineData("""{"quantiles":[{"p":0.5,"value":100.5}]}""", "100.5 lies above 100")]
    [InlineData("""{"quantiles":[{"p":0.5,"value":1e-400}]}""", "A value is a number")]
    [InlineData("""{"probabilities":{"yes":0.4,"no":0.6}}""", "a numeric or a date question takes quantiles")]
    [InlineData("""{"quantiles":[{"p":1e-400,"value":1}]}""", "takes 0 or a number")]
    [InlineData("""{"quantiles":[{"p":0.5,"value":40},{"p":1.0000000000000002,"value":50}]}""", null)]
    [InlineData("""{"quantiles":[{"p":".5","value":1}]}""", "takes a number")]
    [InlineData("""{"quantiles":[]}""", "State 1 to 1000")]
    public async Task One_and_many_are_taken_and_refused_alike(string body, string? refused)
    {
        var (one, many) = (await QuestionAsync(), await QuestionAsync());
        using var stated = await PutAsync(one, body);
        var answer = await Json(stated, refused is null ? HttpStatusCode.Created : HttpStatusCode.BadRequest);
        using var lines = new StringContent(
            $$"""{"question":"{{many}}",{{body[1..]}}""" + "\n",
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/x-ndjson")
        );
        using var sent = await api.Owner.PostAsync(new Uri("/forecasts", UriKind.Relative), lines);
        var line = JsonDocument.Parse(await sent.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(refused is null ? 201 : 400, line.GetProperty("status").GetInt32());
        if (refused is null)
            return;
        Assert.Contains(refused, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains(refused, line.GetProperty("problem").GetProperty("detail").GetString(), StringComparison.Ordinal);
        foreach (var slug in new[] { one, many })
        {
            using var none = await api.Owner.GetAsync(new Uri($"/questions/{slug}/forecasts/owner", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
    }

    [Theory]
    [InlineData("binary,ordered")]
    [InlineData("1")]
    [InlineData("")]
    public async Task A_type_is_one_word(string type)
    {
        using var drafted = await api.Owner.PostAsync(
            new Uri("/questions", UriKind.Relative),
            Body(
                $$"""
                {"slug":"typed","title":"T","resolutionCriteria":"C","type":"{{type}}","options":["a","b"],
                    "opensAt":"2020-01-01","closesAt":"2040-01-01","resolvesBy":"2040-01-01"}
                """
            )
        );
        Assert.Contains("multipleChoice", (await Json(drafted, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
