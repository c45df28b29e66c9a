using Microsoft.Playwright;

namespace EndToEnd.Tests.Pages;

/// <summary>Takes the pictures of pages that the README shows: <c>screenshots FOLDER</c>.</summary>
internal static class Screenshots
{
    public const string Name = "screenshots";

    // A page of the README is loaded as a whole.
    private const int MostBytes = 150_000;

    private sealed record Shot(string File, string Address, string Language, ColorScheme Scheme, int Height);

    private static readonly Shot[] Shots =
    [
        new("home", "/?asOf=2011-09-08", "en-GB", ColorScheme.Light, 780),
        new("question", "/questions/serbia-eu-candidate-2011?asOf=2011-09-08", "en-GB", ColorScheme.Light, 860),
        new("calibration", "/analysts/consensus:median/calibration?tag=gjp", "en-GB", ColorScheme.Light, 860),
        new("question-korean", "/questions/serbia-eu-candidate-2011?asOf=2011-09-08", "ko-KR", ColorScheme.Dark, 860),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var folder])
        {
            await Console.Error.WriteLineAsync($"{Name} takes one folder, such as docs/pictures.");
            return 2;
        }

        var service = new ServiceInABrowser();
        try
        {
            await service.InitializeAsync();
            if (service.Missing is { } missing)
            {
                await Console.Error.WriteLineAsync(missing);
                return 1;
            }

            Directory.CreateDirectory(folder);
            var large = false;
            foreach (var shot in Shots)
            {
                await using var reader = await service.ReaderAsync(shot.Language, shot.Scheme);
                var page = await reader.NewPageAsync();
                await page.SetViewportSizeAsync(1120, shot.Height);
                await page.GotoAsync(shot.Address);
                var picture = await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{shot.File}.png") });
                Console.WriteLine($"{shot.File}.png: {picture.Length} bytes");
                large |= picture.Length > MostBytes;
            }

            return large ? 1 : 0;
        }
        finally
        {
            await service.DisposeAsync();
        }
    }
}
