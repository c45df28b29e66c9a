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
}
