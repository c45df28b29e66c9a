using System.ComponentModel;
using System.Diagnostics;

namespace EndToEnd.Tests.Faults.Defects;

/// <summary>The patch of seeded defects.</summary>
public sealed class DefectsTests
{
    [Fact]
    public async Task The_seeded_defects_still_apply_to_the_source()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Forecasts.sln")))
            root = root.Parent;
        Assert.SkipWhen(root is null, "The source is not beside the tests.");
        var patch = Path.Combine(root.FullName, "tests", "EndToEnd.Tests", "Faults", "Defects", "defects.patch");
        var start = new ProcessStartInfo("git", ["apply", "--check", patch]) { WorkingDirectory = root.FullName, RedirectStandardError = true };
        Process? git = null;
        try
        {
            git = Process.Start(start);
        }
        catch (Win32Exception)
        {
            // Git is not there.
        }

        Assert.SkipWhen(git is null, "Git is not installed.");
        using (git)
        {
            var said = await git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(git.ExitCode == 0, $"Make the patch anew: {said}");
        }
    }
}
