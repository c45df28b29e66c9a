using System.Reflection;

namespace Domain.Tests.Architecture;

/// <summary>Which project may know which.</summary>
public sealed class ProjectReferenceTests
{
    [Fact]
    public void The_domain_references_nothing_but_the_framework()
    {
        var references = Assembly.Load("Domain").GetReferencedAssemblies().Select(a => a.Name!);

        Assert.All(references, name => Assert.True(name.StartsWith("System", StringComparison.Ordinal) || name is "netstandard" or "mscorlib", name));
    }

    [Theory]
    [InlineData("Domain")]
    [InlineData("EmbeddedPostgres")]
    [InlineData("Signing", "Domain")]
    [InlineData("Store", "Domain")]
    [InlineData("Worker", "Signing", "Store")]
    [InlineData("Cli", "EmbeddedPostgres", "Worker")]
    [InlineData("Api", "Cli", "EmbeddedPostgres", "Worker")]
    public void Each_project_knows_only_the_next(string project, params string[] next)
    {
        var references = System
            .Xml.Linq.XDocument.Load(Path.Combine(SourceTree.Root, "src", project, $"{project}.csproj"))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(next, references);
    }
}
