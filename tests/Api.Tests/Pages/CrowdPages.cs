using System.Net.Http.Json;
using Api.Pages.Pictures;
using static Api.Tests.RunningApi;

namespace Api.Tests.Pages;

/// <summary>What the crowd says, by each method and of several questions at once.</summary>
public sealed class CrowdPages(RunningApi api) : IClassFixture<RunningApi>
{
    private static readonly System.Globalization.CultureInfo Invariant = System.Globalization.CultureInfo.InvariantCulture;

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
    public async Task A_forecast_that_stood_too_briefly_to_be_seen_as_a_line_is_a_dot()
    {
        await api.OpenQuestionAsync("crowd-brief", new { opensAt = DateTimeOffset.UtcNow.AddYears(-1), group = "brief" });
        using var forecaster = await api.AsAsync("crowd-brief-0", "analyst");
        using var stated = await forecaster.PutAsJsonAsync("/questions/crowd-brief/forecast", new { probability = 0.9 });
        using var withdrawn = await forecaster.DeleteAsync(new Uri("/questions/crowd-brief/forecast", UriKind.Relative));
        Assert.True(stated.IsSuccessStatusCode && withdrawn.IsSuccessStatusCode);
        using var browser = new Browser(api).As(api.Owner);

        foreach (var url in new[] { "/questions/crowd-brief", "/questions/crowd-brief/forecasts/crowd-brief-0" })
            Assert.Contains("stood too briefly", Browser.Words(await browser.PageAsync(url)), StringComparison.Ordinal);
        Assert.DoesNotContain("stood too briefly", Browser.Words(await browser.PageAsync("/questions/nato-enlargement-stands-2021")), StringComparison.Ordinal);
        Assert.Contains("<path class=\"brief", await browser.PageAsync("/questions?group=brief"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0:50", true)]
    [InlineData("0:50 1:", true)]
    [InlineData("0:50 200:80 201:50", true)]
    [InlineData("0:50 200:80 201:", true)]
    // It lies on the way, as what drifts by small steps does.
    [InlineData("0:50 200:55 201:60", false)]
    [InlineData("0:50 200:80 300:50", false)]
    public void A_step_is_a_dot_where_the_line_would_not_show_it(string steps, bool isDot)
    {
        var drawn = steps
            .Split(' ')
            .Select(s => s.Split(':'))
            .Select(s => (double.Parse(s[0], Invariant), s[1].Length == 0 ? (double?)null : double.Parse(s[1], Invariant)));
        Assert.Equal(isDot, StepPath.Brief(drawn, steps.Contains(' ', StringComparison.Ordinal) ? 400 : 1).Length > 0);
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
