using System.Text.Json;

namespace Domain.Tests.Oracles;

/// <summary>
/// Worked numbers: golden files of our own, and those of other implementations from a folder beside the checkout, where there is one. Both have the same form.
/// </summary>
internal static class Cases
{
    /// <summary>Cases of other implementations that ask for something else than what is meant here, each with the reason. They are no tests of ours.</summary>
    private static readonly Dictionary<string, string> LeftOut = new(StringComparer.Ordinal)
    {
        ["log_score/sklearn_infinite_hit"] = "The source does not clip; here every logarithmic score does, to [0.001, 0.999].",
        ["metaculus_baseline/published_23"] = "No forecast can state that: it is no cumulative distribution function.",
        ["metaculus_spot_peer/published_22"] = "A forecast leaves the outcome's option out; here a forecast states every option.",
        ["metaculus_aggregation/multiple_choice_2"] = "The source moves medians that do not sum to 1 away from 0; here they are renormalized and nothing else.",
    };

    /// <summary>The kinds of cases that there are.</summary>
    public static IReadOnlyList<string> Kinds =>
        [.. Folders.SelectMany(Directory.GetDirectories).Select(d => Path.GetFileName(d)!).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The names of all cases of the kinds, <c>kind/case</c>.</summary>
    public static TheoryData<string> Named(params string[] kinds) =>
        [
            .. from kind in kinds
            from folder in Folders
            where Directory.Exists(Path.Combine(folder, kind))
            from file in Directory.GetFiles(Path.Combine(folder, kind), "*.json").Order(StringComparer.Ordinal)
            let name = $"{kind}/{Path.GetFileNameWithoutExtension(file)}"
            where !LeftOut.ContainsKey(name)
            select name,
        ];

    public static (JsonElement Inputs, JsonElement Expected, JsonElement Tolerance) Read(string name)
    {
        var (_, inputs, expected, tolerance) = Parse(Folders.Select(f => Path.Combine(f, $"{name}.json")).First(File.Exists));
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

    /// <summary>The golden files of this project, and the folder beside the checkout where there is one.</summary>
    private static IReadOnlyList<string> Folders { get; } = [Path.Combine(Architecture.SourceTree.Root, "tests", "Domain.Tests", "Golden"), .. Beside()];

    private static IEnumerable<string> Beside()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "oracles")))
            folder = folder.Parent;
        return folder is null ? [] : [Path.Combine(folder.FullName, "shared", "oracles")];
    }

    private static (string Name, JsonElement Inputs, JsonElement Expected, JsonElement Tolerance) Parse(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var root = document.RootElement.Clone();
        return (root.GetProperty("name").GetString()!, root.GetProperty("inputs"), root.GetProperty("expected"), root.GetProperty("tolerance"));
    }
}
