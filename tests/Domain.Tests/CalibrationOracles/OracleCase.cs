using System.Text.Json;

namespace Domain.Tests.CalibrationOracles;

/// <summary>Worked numbers of other implementations, kept beside the checkout; tests skip where they are missing.</summary>
internal sealed record OracleCase(string Name, JsonElement Inputs, JsonElement Expected, double Absolute, double Relative)
{
    public static IEnumerable<OracleCase> All(string kind)
    {
        var folder = Folder();
        if (folder is null || !Directory.Exists(Path.Combine(folder, kind))) Assert.Skip($"There are no worked numbers for {kind} here.");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, kind), "*.json").Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = document.RootElement.Clone();
            var tolerance = root.GetProperty("tolerance");
            yield return new OracleCase(
                root.GetProperty("name").GetString()!,
                root.GetProperty("inputs"),
                root.GetProperty("expected"),
                tolerance.TryGetProperty("abs", out var absolute) ? absolute.GetDouble() : 0,
                tolerance.TryGetProperty("rel", out var relative) ? relative.GetDouble() : 0);
        }
    }

    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.NaN,
        }
        : element.GetDouble();

    public static double[] NumbersOf(JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    public double[] Numbers(string input) => NumbersOf(Inputs.GetProperty(input));

    public bool[] Outcomes(string input = "outcomes") => [.. Inputs.GetProperty(input).EnumerateArray().Select(e => e.GetDouble() == 1)];

    public Domain.Calibration.CalibrationSample Sample() => Domain.Calibration.CalibrationSample.OneForecastAQuestion(Numbers("forecasts"), Outcomes());

    public void Same(string expected, double actual) => Same(expected, Number(Expected.GetProperty(expected)), actual);

    public void Same(string what, double expected, double actual) =>
        Assert.True(
            expected.Equals(actual) || Math.Abs(actual - expected) <= Absolute + Relative * Math.Abs(expected),
            $"{Name}: {what} should be {expected:R}, is {actual:R}");

    public void Same(string expected, IReadOnlyList<double> actual) => Same(expected, NumbersOf(Expected.GetProperty(expected)), actual);

    public void Same(string what, double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++) Same($"{what}[{i}]", expected[i], actual[i]);
    }

    private static string? Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var folder = Path.Combine(at.FullName, "shared", "oracles");
            if (Directory.Exists(folder)) return folder;
        }

        return null;
    }
}
