using System.Text.RegularExpressions;

namespace Domain.Tests.Architecture;

/// <summary>The product's source files, as they lie in the checkout that the tests were built from.</summary>
internal static partial class SourceTree
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The source files of a project with their paths inside it; what is generated is left out.</summary>
    public static IEnumerable<(string Path, string Text)> FilesOf(string project) => FilesIn($"src/{project}");

    /// <summary>The source files of a folder of the checkout with their paths inside it; what is generated is left out.</summary>
    public static IEnumerable<(string Path, string Text)> FilesIn(string path)
    {
        var folder = Path.Combine(Root, path);
        return Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Where(f => !Generated().IsMatch(f))
            .Order(StringComparer.Ordinal)
            .Select(f => (f, File.ReadAllText(Path.Combine(folder, f))));
    }

    /// <summary>Which folders of a project name which others, by their namespaces; files beside the folders belong to none.</summary>
    public static HashSet<(string From, string To)> FolderReferences(string project)
    {
        var files = FilesOf(project).Where(f => f.Path.Contains('/', StringComparison.Ordinal)).Select(f => (Folder: f.Path.Split('/')[0], f.Text)).ToList();
        var folders = files.Select(f => f.Folder).ToHashSet(StringComparer.Ordinal);
        var named = new Regex($@"\b{project}\.(\w+)");
        return
        [
            .. from file in files
            from Match match in named.Matches(file.Text)
            let to = match.Groups[1].Value
            where to != file.Folder && folders.Contains(to)
            select (file.Folder, to),
        ];
    }

    private static string FindRoot()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln")))
            root = root.Parent;
        return root.FullName;
    }

    [GeneratedRegex(@"(^|/)(obj|bin|Generated)/")]
    private static partial Regex Generated();
}
