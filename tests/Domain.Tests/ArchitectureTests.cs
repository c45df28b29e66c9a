using System.Reflection;

namespace Domain.Tests;

public sealed class ArchitectureTests
{
    [Fact]
    public void The_domain_references_nothing_but_the_framework()
    {
        var references = Assembly.Load("Domain").GetReferencedAssemblies().Select(a => a.Name!);

        Assert.All(references, name => Assert.True(name.StartsWith("System", StringComparison.Ordinal) || name is "netstandard" or "mscorlib", name));
    }

    [Theory]
    [InlineData("Domain", "")]
    [InlineData("Store", "Domain")]
    [InlineData("Worker", "Store")]
    [InlineData("Api", "Worker")]
    public void Each_project_knows_only_the_next(string project, string next)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Forecasts.sln"))) root = root.Parent;
        var references = System.Xml.Linq.XDocument.Load(Path.Combine(root.FullName, "src", project, $"{project}.csproj"))
            .Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(next.Length == 0 ? [] : [next], references);
    }
}
