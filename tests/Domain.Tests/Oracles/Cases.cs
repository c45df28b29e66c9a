using System.Text.Json;

namespace Domain.Tests.Oracles;

/// <summary>Worked numbers from other implementations, read from a folder beside the checkout; what needs them is skipped where it is missing.</summary>
internal static class Cases
{
    public static IEnumerable<(string Name, JsonElement Inputs, JsonElement Expected, JsonElement Tolerance)> Of(string kind)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "oracles"))) folder = folder.Parent;
        if (folder is null) Assert.Skip("There is no folder of worked numbers here.");
        foreach (var file in Directory.GetFiles(Path.Combine(folder.FullName, "shared", "oracles", kind), "*.json").Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            var root = document.RootElement.Clone();
            yield return (root.GetProperty("name").GetString()!, root.GetProperty("inputs"), root.GetProperty("expected"), root.GetProperty("tolerance"));
        }
    }

    public static void Agree(string name, JsonElement expected, double? got, JsonElement tolerance)
    {
        Assert.True(got.HasValue, $"{name}: no score");
        var (wanted, abs) = (expected.GetDouble(), tolerance.TryGetProperty("abs", out var a) ? a.GetDouble() : 0);
        var rel = tolerance.TryGetProperty("rel", out var r) ? r.GetDouble() : 0;
        Assert.True(Math.Abs(got.Value - wanted) <= abs + (rel * Math.Abs(wanted)), $"{name}: expected {wanted}, got {got.Value}");
    }

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(x => x.GetDouble())];
}
