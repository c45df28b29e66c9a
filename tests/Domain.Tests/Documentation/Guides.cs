using System.Text.RegularExpressions;
using Domain.Tests.Architecture;

namespace Domain.Tests.Documentation;

/// <summary>The guides of <c>docs/contributing</c>, whose files of code are also files of these tests.</summary>
internal static partial class Guides
{
    /// <summary>Fails unless the C# of a guide is a class of a test, word by word, but for indentation and accessibility.</summary>
    /// <param name="guide">The guide's file name.</param>
    /// <param name="test">The test's file, from <c>tests/Domain.Tests</c> on.</param>
    public static void IsTrue(string guide, string test)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "contributing", guide));
        var code = Lines(File.ReadAllText(Path.Combine(SourceTree.Root, "tests", "Domain.Tests", test)));
        var blocks = Block().Matches(text).Select(m => Lines(m.Groups["code"].Value)).ToList();

        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Assert.Contains(block, code, StringComparison.Ordinal));
    }

    private static string Lines(string code) =>
        string.Join(
            '\n',
            code.Split('\n')
                .Select(l =>
                    l.Trim()
                        .Replace("private sealed class", "internal sealed class", StringComparison.Ordinal)
                        .Replace("public readonly struct", "internal readonly struct", StringComparison.Ordinal)
                )
                .Where(l => l.Length > 0 && !l.StartsWith("using ", StringComparison.Ordinal) && !l.StartsWith("namespace ", StringComparison.Ordinal))
        );

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
