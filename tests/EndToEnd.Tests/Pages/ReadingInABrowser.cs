using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace EndToEnd.Tests.Pages;

/// <summary>Pages in a real browser: both catalogues, both languages, light and dark, with scripts and without.</summary>
public sealed class ReadingInABrowser(ServiceInABrowser service) : IClassFixture<ServiceInABrowser>
{
    // A window of 1,280 pixels at 400 %; no telephone is narrower.
    private const int Narrow = 320;

    private static readonly string[] Addresses =
    [
        "/",
        "/questions",
        "/questions?tag=gjp&limit=18",
        "/questions/nato-enlargement-stands-2021",
        "/questions/nato-enlargement-stands-2021?asOf=2018-06-30",
        "/questions/nato-enlargement-stands-2021/scores/kinu-co-17-04/explanation",
        "/questions/nato-enlargement-stands-2021/scores/generations",
        "/questions/nato-enlargement-stands-2021/forecasts",
        "/questions/nato-enlargement-stands-2021/forecasts/kinu-co-17-04",
        "/questions/serbia-eu-candidate-2011",
        "/questions/serbia-eu-candidate-2011?asOf=2011-09-08",
        "/questions/serbia-eu-candidate-2011/dossier",
        "/questions/nato-enlargement-stands-2021/dossier?asOf=2018-06-30",
        "/questions/nato-enlargement-stands-2021/scores",
        "/leaderboard?tag=gjp&minQuestions=5&limit=20",
        "/calibration?tag=gjp",
        "/analysts/kinu-co-17-04",
        "/analysts/consensus:median/calibration?tag=gjp",
        "/analysts/consensus:median/compare/consensus:mean",
        "/analysts?limit=20",
        "/questions/nato-enlargement-stands-2021/consensus",
        "/questions/serbia-eu-candidate-2011/consensus?method=mean",
        "/sign-in",
        "/time-zone?zone=nowhere",
        "/questions?colour=red",
        "/nowhere",
    ];

    // Between them the two hold every page against axe in both languages and in both schemes.
    [Theory]
    [InlineData("en-GB", ColorScheme.Light)]
    [InlineData("ko-KR", ColorScheme.Dark)]
    public async Task Every_page_is_accessible_and_quiet_and_fits_a_narrow_window_and_asks_nobody_else(string language, ColorScheme first)
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        Assert.SkipWhen(service.Axe is null, "axe-core could not be fetched with npm.");
        await using var reader = await service.ReaderAsync(language, first, isOwner: true);
        var page = await reader.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning" && !Regex.IsMatch(said.Text, "status of 40[04]"))
                faults.Add($"{page.Url}: {said.Text}");
        };
        page.PageError += (_, error) => faults.Add($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(service.Address, StringComparison.Ordinal))
                faults.Add($"{page.Url} asks for {request.Url}");
        };
        foreach (var (i, address) in Addresses.Concat(["/audit/events?limit=20", "/imports", service.Import]).Index())
        {
            var other = first == ColorScheme.Light ? ColorScheme.Dark : ColorScheme.Light;
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = i % 2 == 0 ? first : other });
            await page.GotoAsync(address);
            faults.AddRange((await ViolationsAsync(page)).Select(v => $"{address}: {v}"));
            await page.SetViewportSizeAsync(Narrow, 700);
            var width = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (width > Narrow)
                faults.Add($"{address} is {width} pixels wide.");
            await page.SetViewportSizeAsync(1200, 960);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults.Distinct()));
    }

    // The dots of a crowd are hundreds, of one kind, within a picture that has its text.
    private async Task<IEnumerable<string?>> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(service.Axe!);
        var violations = await page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run({ exclude: [".dots"] }, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"], preload: false, selectors: false,
            })).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map(n => n.html).join(" | ")}`)
            """
        );
        return violations.EnumerateArray().Select(v => v.GetString());
    }

    [Fact]
    public async Task How_good_the_brief_was_and_against_whom_is_two_clicks_from_the_first_page()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        await page.GotoAsync("/");
        await page.Locator("aside").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "kinu-co-17-04" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("How well calibrated is kinu-co-17-04?");
        await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("questions the score is, on average, 0.");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "reference:base-rate" }).ClickAsync();
        await Assertions.Expect(page.Locator(".lead")).ToContainTextAsync("questions that both forecast, kinu-co-17-04 has a mean of 0.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("95 % interval");
    }

    [Fact]
    public async Task What_was_believed_on_a_day_and_what_was_known_is_two_clicks_from_the_first_page()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync(scripts: false);
        var page = await reader.NewPageAsync();
        await page.GotoAsync("/");
        await page.GetByLabel("Believed on").FillAsync("2017-08-02");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("As believed on 2 Aug 2017, 00:00 UTC");
        // What was known: outcomes of before that day, and none of after.
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("known 7 Jul 2017");
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("known 20 Jan 2021");
        var believed = page.Locator(".questions li").Filter(new LocatorFilterOptions { HasText = "kinu-co-17-04" }).First;
        await Assertions.Expect(believed).ToContainTextAsync("%");
        await believed.GetByRole(AriaRole.Link).ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("asOf=2017-08-02", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("kinu-co-17-04 ends at");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("No outcome yet");
    }

    [Fact]
    public async Task A_page_says_the_same_without_scripts()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var with = await service.ReaderAsync();
        await using var without = await service.ReaderAsync(scripts: false);
        var (one, other) = (await with.NewPageAsync(), await without.NewPageAsync());
        foreach (var address in Addresses.Where((_, i) => i % 3 == 0))
        {
            await one.GotoAsync(address);
            await other.GotoAsync(address);
            Assert.Equal(await SaidAsync(other), (await SaidAsync(one)).Replace(" Zoom", "", StringComparison.Ordinal));
        }

        static async Task<string> SaidAsync(IPage page) =>
            string.Join(' ', (await page.Locator("main").InnerTextAsync()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Keys_step_from_change_to_change_and_back_to_now()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        await page.GotoAsync("/questions/nato-enlargement-stands-2021?asOf=2018-07-11");
        await page.Keyboard.PressAsync("[");
        await page.WaitForURLAsync(url => url.Contains("asOf=2018-0", StringComparison.Ordinal) && !url.Contains("2018-07-11", StringComparison.Ordinal));
        var before = page.Url;
        await page.Keyboard.PressAsync("]");
        await page.WaitForURLAsync(url => url != before);
        await page.Keyboard.PressAsync("n");
        await page.WaitForURLAsync(url => !url.Contains("asOf", StringComparison.Ordinal));
        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Locator("#keys")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#keys")).ToBeHiddenAsync();
        await page.Locator("input[name=asOf]").FocusAsync();
        await page.Keyboard.TypeAsync("[n?");
        Assert.Equal("[n?", await page.Locator("input[name=asOf]").InputValueAsync());
    }

    [Fact]
    public async Task A_reader_signs_in_and_out_with_the_keyboard_alone()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        await page.GotoAsync("/audit/events");
        await page.Locator("#token").FocusAsync();
        await page.Keyboard.TypeAsync("no-such-token");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("[role=alert]")).ToBeVisibleAsync();
        await page.Locator("#token").FocusAsync();
        await page.Keyboard.TypeAsync(ServiceInABrowser.Token);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/audit/events");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Everything that was recorded");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).PressAsync("Enter");
        await Assertions.Expect(page.Locator(".who")).ToHaveTextAsync("Sign in");
    }

    [Fact]
    public async Task A_timeline_is_zoomed_on_demand_and_comes_back_whole()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, said) =>
        {
            if (said.Type == "error")
                faults.Add(said.Text);
        };
        await page.GotoAsync("/questions/serbia-eu-candidate-2011?asOf=2011-09-08");
        var zoom = page.Locator("[data-zoom]");
        Assert.SkipWhen(await zoom.CountAsync() == 0, "The service was built without Node.js.");
        await zoom.ClickAsync();
        await Assertions.Expect(page.Locator(".uplot")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("figure > svg")).ToBeHiddenAsync();
        await zoom.ClickAsync();
        await Assertions.Expect(page.Locator("figure > svg")).ToBeVisibleAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Filters_change_the_page_and_its_address_in_place()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        await page.GotoAsync("/questions");
        await page.Locator("select[name=status]").SelectOptionAsync("annulled");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Filter" }).ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("status=annulled", StringComparison.Ordinal));
        await Assertions.Expect(page.Locator(".questions li").First).ToContainTextAsync("annulled");
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator(".questions li").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_dossier_prints_on_a_few_pages_of_paper()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        foreach (var question in new[] { "nato-enlargement-stands-2021", "serbia-eu-candidate-2011" })
        {
            await page.GotoAsync($"/questions/{question}/dossier");
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
            await Assertions.Expect(page.Locator("header nav")).ToBeHiddenAsync();
            await Assertions.Expect(page.Locator(".address")).ToContainTextAsync("asOf=");
            var print = await page.PdfAsync(new PagePdfOptions { PreferCSSPageSize = true });
            var pages = Regex.Count(System.Text.Encoding.Latin1.GetString(print), @"/Type\s*/Page\b");
            Assert.InRange(pages, 1, 6);
        }
    }

    [Fact]
    public async Task A_first_page_takes_little_and_stands_soon()
    {
        Assert.SkipWhen(service.Missing is not null, service.Missing ?? "");
        await using var reader = await service.ReaderAsync();
        var page = await reader.NewPageAsync();
        var browser = await reader.NewCDPSessionAsync(page);
        await browser.SendAsync("Network.enable");
        foreach (var address in new[] { "/", "/questions", "/questions/serbia-eu-candidate-2011", "/leaderboard?tag=gjp", "/calibration?tag=gjp" })
        {
            await browser.SendAsync("Network.clearBrowserCache");
            await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            var bytes = await page.EvaluateAsync<int>(
                "() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, e) => sum + e.transferSize, 0)"
            );
            var scripts = await page.EvaluateAsync<int>(
                "() => performance.getEntriesByType('resource').filter(e => e.initiatorType === 'script').reduce((sum, e) => sum + e.transferSize, 0)"
            );
            var lcp = await page.EvaluateAsync<double>(
                """
                () => new Promise(done =>
                    new PerformanceObserver(l => done(l.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true }))
                """
            );
            TestContext.Current.SendDiagnosticMessage($"{address}: {bytes} bytes, scripts {scripts}, LCP {lcp:0} ms");
            Assert.InRange(bytes, 1, 100_000);
            Assert.InRange(scripts, 0, 60_000);
        }
    }
}
