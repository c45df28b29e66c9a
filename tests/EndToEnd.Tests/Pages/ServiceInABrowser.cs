using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using PostgresServer;
using Samples;

namespace EndToEnd.Tests.Pages;

/// <summary>The service with both catalogues, read by everybody, and a Chromium in front of it.</summary>
public sealed class ServiceInABrowser : IAsyncLifetime
{
    internal const string Token = "a-token-that-only-browsers-in-tests-use-4711";

    private const string AxeVersion = "4.14.1";

    private TestDatabase? _database;
    private ProductProcess? _api;
    private IPlaywright? _playwright;

    /// <summary>Why there is no browser; null where there is one.</summary>
    public string? Missing { get; private set; }

    public string Address { get; private set; } = "";

    /// <summary>The page of an import.</summary>
    public string Import { get; private set; } = "";

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>The checker of accessibility, as a script; null where it could not be fetched.</summary>
    public string? Axe { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (FindChromium() is not { } chromium)
        {
            Missing = "No Chromium is installed (Debian's chromium), and FORECASTS_CHROMIUM names none.";
            return;
        }

        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        Axe = FetchAxe();
        _database = await TestDatabase.CreateAsync();
        Address = $"http://127.0.0.1:{Waiting.FreePort()}";
        _api = ProductProcess.Start(
            "Api",
            new Dictionary<string, string> { ["ConnectionStrings__Forecasts"] = _database.ConnectionString },
            "--urls",
            Address,
            "--Access:OwnerToken",
            Token,
            "--Access:PublicReads",
            "true",
            "--Access:PublicPeople",
            "true",
            "--Catalogue:Load",
            "both"
        );
        using var owner = Waiting.Client(Address, Token);
        await Waiting.ReadyAsync(owner);
        await Patience.UntilAsync(
            async () =>
            {
                using var board = await owner.GetAsync(new Uri("/leaderboard?tag=gjp&rule=brier&minQuestions=5&limit=1", UriKind.Relative));
                return (await board.Content.ReadAsStringAsync()).Contains("\"status\":\"ok\"", StringComparison.Ordinal);
            },
            () => $"The crowd is not on the board: {_api.Output}"
        );
        using var imports = await owner.GetAsync(new Uri("/imports?limit=1", UriKind.Relative));
        using var listed = JsonDocument.Parse(await imports.Content.ReadAsStringAsync());
        Import = $"/imports/{listed.RootElement.GetProperty("items")[0].GetProperty("id").GetString()}";
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (_api is not null)
            await _api.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    /// <summary>A reader with a browser of their own.</summary>
    /// <param name="language">What the browser asks for.</param>
    /// <param name="scheme">The colours that the reader likes.</param>
    /// <param name="scripts">Whether scripts run.</param>
    /// <param name="isOwner">Whether it is the owner who reads, and not anybody.</param>
    public Task<IBrowserContext> ReaderAsync(string language = "en-GB", ColorScheme scheme = ColorScheme.Light, bool scripts = true, bool isOwner = false) =>
        Browser.NewContextAsync(
            new BrowserNewContextOptions
            {
                BaseURL = Address,
                Locale = language,
                ColorScheme = scheme,
                JavaScriptEnabled = scripts,
                ExtraHTTPHeaders = isOwner ? [new("Authorization", $"Bearer {Token}")] : null,
                ViewportSize = new ViewportSize { Width = 1200, Height = 960 },
            }
        );

    private static string? FindChromium() =>
        new[]
        {
            Environment.GetEnvironmentVariable("FORECASTS_CHROMIUM"),
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
        }.FirstOrDefault(File.Exists);

    /// <summary>From the user's cache, into which npm fetches it once; null where it cannot.</summary>
    private static string? FetchAxe()
    {
        var folder = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "forecasts-tests",
            string.Create(CultureInfo.InvariantCulture, $"axe-{AxeVersion}")
        );
        var script = Path.Combine(folder, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(script))
        {
            Directory.CreateDirectory(folder);
            try
            {
                using var npm = Process.Start(
                    new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, $"axe-core@{AxeVersion}"])
                    {
                        RedirectStandardOutput = true,
                        RedirectStandardError = true,
                    }
                )!;
                npm.OutputDataReceived += (_, _) => { };
                npm.ErrorDataReceived += (_, _) => { };
                npm.BeginOutputReadLine();
                npm.BeginErrorReadLine();
                npm.WaitForExit();
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        return File.Exists(script) ? File.ReadAllText(script) : null;
    }
}
