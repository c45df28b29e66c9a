using System.Text.Json;
using Domain.Tests.Oracles;

namespace Domain.Tests.CalibrationOracles;

/// <summary>Worked numbers of other implementations, kept beside the checkout; tests skip where they are missing.</summary>
internal sealed record OracleCase(string Name, JsonElement Inputs, JsonElement Expected, double Absolute, double Relative)
{
    private int _agreed;

    /// <summary>The names of the cases of a kind; none where the folder is missing.</summary>
    public static TheoryData<string> Named(string kind) => Cases.Named(kind);

    /// <summary>The names of the cases of a kind whose bands lie around the estimate, or around the diagonal.</summary>
    public static TheoryData<string> Bands(string position) =>
        [.. Cases.Named("corp_bands").Select(row => row.Data).Where(name => Read(name).Inputs.GetProperty("position").GetString() == position)];

    public static OracleCase Read(string name)
    {
        var (inputs, expected, tolerance) = Cases.Read(name);
        return new OracleCase(
            name,
            inputs,
            expected,
            tolerance.TryGetProperty("abs", out var absolute) ? absolute.GetDouble() : 0,
            tolerance.TryGetProperty("rel", out var relative) ? relative.GetDouble() : 0
        );
    }

    /// <summary>A number; what is null has none.</summary>
    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.Null ? double.NaN : Cases.Number(element);

    public static double[] NumbersOf(JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    public double[] Numbers(string input) => NumbersOf(Inputs.GetProperty(input));

    public bool[] Outcomes(string input = "outcomes") => [.. Inputs.GetProperty(input).EnumerateArray().Select(e => e.GetDouble() == 1)];

    public Domain.Calibration.CalibrationSample Sample() => Domain.Calibration.CalibrationSample.OneForecastAQuestion(Numbers("forecasts"), Outcomes());

    /// <summary>Compares with what the case expects under a name, if it expects anything there.</summary>
    public void Same(string expected, double actual)
    {
        if (Expected.TryGetProperty(expected, out var wanted))
            Same(expected, Number(wanted), actual);
    }

    public void Same(string what, double expected, double actual)
    {
        _agreed++;
        Assert.True(
            expected.Equals(actual) || Math.Abs(actual - expected) <= Absolute + Relative * Math.Abs(expected),
            $"{Name}: {what} should be {expected:R}, is {actual:R}"
        );
    }

    /// <summary>Fails where nothing of what the case expects was compared.</summary>
    public void AgreedOnSomething() => Assert.True(_agreed > 0, $"{Name} expects nothing that is known here.");

    /// <inheritdoc cref="Same(string, double)"/>
    public void Same(string expected, IReadOnlyList<double> actual)
    {
        if (Expected.TryGetProperty(expected, out var wanted))
            Same(expected, NumbersOf(wanted), actual);
    }

    public void Same(string what, double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
            Same($"{what}[{i}]", expected[i], actual[i]);
    }
}
