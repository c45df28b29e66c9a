using System.Net.Http.Json;
using static Api.Tests.RunningApi;

namespace Api.Tests.Pages;

/// <summary>What the crowd says, by each method and of several questions at once.</summary>
public sealed class CrowdPages(RunningApi api) : IClassFixture<RunningApi>
{
    [Fact]
    public async Task A_consensus_is_shown_by_the_method_that_is_chosen()
    {
        await CrowdAsync("crowd-methods", [0.1, 0.2, 0.9]);
        using var browser = new Browser(api).As(api.Owner);

        foreach (var method in Domain.Consensus.ConsensusMethods.All)
        {
            var page = await browser.PageAsync($"/questions/crowd-methods/consensus?method={method.Name}");
            var given = (await api.GetAsync($"/questions/crowd-methods/consensus?method={method.Name}")).GetProperty("probability").GetDouble();
            Assert.Contains(Browser.Numbers(page), n => n.Exact == given);
            Assert.Contains($"consensus/history.svg?method={method.Name}", page, StringComparison.Ordinal);
            Assert.Contains("aria-labelledby=\"timeline-title", page, StringComparison.Ordinal);
        }

        using var unknown = await browser.GetAsync("/questions/crowd-methods/consensus?method=oracle");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task Questions_that_belong_together_are_drawn_in_one_picture()
    {
        await CrowdAsync("together-1", [0.3], "together");
        await CrowdAsync("together-2", [0.6], "together");
        using var browser = new Browser(api).As(api.Owner);

        var page = await browser.PageAsync("/questions?group=together");
        Assert.Contains("<input type=\"hidden\" name=\"group\" value=\"together\"", page, StringComparison.Ordinal);
        var narrowed = Browser.Words(page);
        Assert.Contains("The questions of the group together.", narrowed, StringComparison.Ordinal);
        Assert.Contains("The crowd over time", narrowed, StringComparison.Ordinal);
        Assert.Contains("30\u202f%", narrowed, StringComparison.Ordinal);
        Assert.Contains("60\u202f%", narrowed, StringComparison.Ordinal);
        Assert.DoesNotContain("The crowd over time", Browser.Words(await browser.PageAsync("/questions")), StringComparison.Ordinal);
        Assert.DoesNotContain("The crowd over time", Browser.Words(await browser.PageAsync("/questions?q=together-1")), StringComparison.Ordinal);
    }

    private async Task CrowdAsync(string slug, double[] probabilities, string? group = null)
    {
        await api.OpenQuestionAsync(slug, group is null ? null : new { group });
        foreach (var (i, probability) in probabilities.Index())
        {
            using var forecaster = await api.AsAsync($"{slug}-{i}", "analyst");
            using var stated = await forecaster.PutAsJsonAsync($"/questions/{slug}/forecast", new { probability });
            Assert.True(stated.IsSuccessStatusCode);
        }
    }
}
