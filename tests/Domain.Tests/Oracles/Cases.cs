using System.Text.Json;

namespace Domain.Tests.Oracles;

/// <summary>Worked numbers from other implementations, read from a folder beside the checkout; what needs them is skipped where it is missing.</summary>
internal static class Cases
{
    /// <summary>The kinds of cases that there are; none where the folder is missing.</summary>
    public static IReadOnlyList<string> Kinds =>
        Folder() is { } folder ? [.. Directory.GetDirectories(folder).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)] : [];

    /// <summary>The names of all cases of the kinds, <c>kind/case</c>; none where the folder is missing.</summary>
    public static TheoryData<string> Named(params string[] kinds) =>
        Folder() is { } folder
            ?
            [
                .. kinds
                    .Where(k => Directory.Exists(Path.Combine(folder, k)))
                    .SelectMany(k => Files(folder, k).Select(f => $"{k}/{Path.GetFileNameWithoutExtension(f)}")),
            ]
            : [];

    public static (JsonElement Inputs, JsonElement Expected, JsonElement Tolerance) Read(string name)
    {
        var (_, inputs, expected, tolerance) = Parse(Path.Combine(Folder()!, $"{name}.json"));
        return (inputs, expected, tolerance);
    }

    public static void Agree(string name, JsonElement expected, double? got, JsonElement tolerance)
    {
        Assert.True(got.HasValue, $"{name}: no score");
        var (wanted, abs) = (expected.Number(), tolerance.TryGetProperty("abs", out var a) ? a.GetDouble() : 0);
        var rel = tolerance.TryGetProperty("rel", out var r) ? r.GetDouble() : 0;
        Assert.True(Math.Abs(got.Value - wanted) <= abs + (rel * Math.Abs(wanted)), $"{name}: expected {wanted:R}, got {got.Value:R}");
    }

    /// <summary>The same where the expectation has such a property; says whether it has.</summary>
    public static bool AgreeIfGiven(string name, JsonElement expected, string property, Func<double> got, JsonElement tolerance)
    {
        if (!expected.TryGetProperty(property, out var wanted))
            return false;
        Agree($"{name}, {property}", wanted, got(), tolerance);
        return true;
    }

    /// <summary>The same for a list of numbers.</summary>
    public static bool AgreeIfGiven(string name, JsonElement expected, string property, IReadOnlyList<double> got, JsonElement tolerance)
    {
        if (!expected.TryGetProperty(property, out var wanted))
            return false;
        Assert.Equal(wanted.GetArrayLength(), got.Count);
        for (var i = 0; i < got.Count; i++)
            Agree($"{name}, {property}[{i}]", wanted[i], got[i], tolerance);
        return true;
    }

    /// <summary>A number, which may be written as <c>"Infinity"</c>, <c>"-Infinity"</c> or <c>"NaN"</c>.</summary>
    public static double Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? element.GetString() switch
            {
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => double.NaN,
            }
            : element.GetDouble();

    public static double[] Doubles(this JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    private static string? Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "oracles")))
            folder = folder.Parent;
        return folder is null ? null : Path.Combine(folder.FullName, "shared", "oracles");
    }

    private static IEnumerable<string> Files(string folder, string kind) =>
        Directory.GetFiles(Path.Combine(folder, kind), "*.json").Order(StringComparer.Ordinal);

    private static (string Name, JsonElement Inputs, JsonElement Expected, JsonElement Tolerance) Parse(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var root = document.RootElement.Clone();
        return (root.GetProperty("name").GetString()!, root.GetProperty("inputs"), root.GetProperty("expected"), root.GetProperty("tolerance"));
    }
}
