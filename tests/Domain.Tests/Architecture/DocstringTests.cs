using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Domain.Tests.Architecture;

/// <summary>Public types say what they mean.</summary>
public sealed partial class DocstringTests
{
    private static readonly Dictionary<string, XElement> Documented = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "Domain.xml"))
        .Descendants("member")
        .ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void Public_types_have_a_summary(string folder) =>
        Assert.Empty(SourceTree.FilesIn(folder).SelectMany(f => WithoutSummary(f.Text).Select(type => $"{f.Path}: {type}")));

    [Fact]
    public void Parameters_of_a_public_record_of_the_domain_are_documented_one_by_one()
    {
        var without =
            from type in Assembly.Load("Domain").GetExportedTypes()
            from parameter in Positional(type)
            where !IsDocumented($"T:{type.FullName!.Replace('+', '.')}", parameter)
            select $"{type.FullName}: {parameter}";

        Assert.Empty(without);
    }

    /// <summary>The parameters in a record's own declaration; none for any other type.</summary>
    private static IEnumerable<string> Positional(Type type)
    {
        var isRecord = type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;
        return isRecord && type.GetMethod("Deconstruct", BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly) is { } deconstruct
            ? deconstruct.GetParameters().Select(p => p.Name!)
            : [];
    }

    private static bool IsDocumented(string member, string parameter)
    {
        if (!Documented.TryGetValue(member, out var documentation))
            return false;
        if (documentation.Elements("param").Any(p => p.Attribute("name")!.Value == parameter && p.Value.Trim().Length + p.Elements().Count() > 0))
            return true;
        return documentation.Element("inheritdoc")?.Attribute("cref")?.Value is { } from && from != member && IsDocumented(from, parameter);
    }

    private static IEnumerable<string> WithoutSummary(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (PublicType().Match(lines[i]) is not { Success: true } match)
                continue;
            // Attributes stand between a declaration and what is said of it.
            var before = i - 1;
            while (before >= 0 && (lines[before].TrimStart().StartsWith('[') || lines[before].TrimEnd().EndsWith(']')))
                before--;
            if (before < 0 || !lines[before].TrimStart().StartsWith("///", StringComparison.Ordinal))
                yield return match.Groups["name"].Value;
        }
    }

    [GeneratedRegex(
        @"^\s*public ((sealed|abstract|static|readonly|partial|ref) )*(class|record struct|record|struct|interface|enum|delegate \S+) (?<name>\w+)"
    )]
    private static partial Regex PublicType();
}
