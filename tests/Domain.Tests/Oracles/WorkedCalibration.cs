using Domain.Calibration;

namespace Domain.Tests.Oracles;

public sealed class WorkedCalibration
{
    [Theory]
    [InlineData("corp_decomposition")]
    [InlineData("corp_weighted")]
    public void Decompositions_agree(string kind)
    {
        var agreed = 0;
        foreach (var (name, inputs, expected, tolerance) in Cases.Of(kind))
        {
            if (!inputs.TryGetProperty("forecasts", out var forecasts) || !inputs.TryGetProperty("outcomes", out var outcomes) || !expected.TryGetProperty("MCB", out var mcb)) continue;
            var weights = inputs.TryGetProperty("weights", out var w) ? w.Doubles() : [.. forecasts.Doubles().Select(_ => 1.0)];
            var log = inputs.TryGetProperty("score", out var score) && score.GetString() == "log";
            if (!log && inputs.TryGetProperty("score", out var rule) && rule.GetString() != "brier") continue;
            if (log && forecasts.Doubles().Any(p => p is < 0.001 or > 0.999)) continue;
            var sample = new CalibrationSample(forecasts.Doubles(), weights, [.. outcomes.Doubles().Select(y => y == 1)], [.. weights.Select((_, i) => i)]);
            var parts = ScoreDecomposition.Of(ReliabilityCurve.Fit(sample), log ? DecomposedRule.Log : DecomposedRule.Brier);
            Cases.Agree(name, mcb, parts.Miscalibration, tolerance);
            Cases.Agree(name, expected.GetProperty("DSC"), parts.Discrimination, tolerance);
            Cases.Agree(name, expected.GetProperty("UNC"), parts.Uncertainty, tolerance);
            agreed++;
        }

        Assert.True(agreed > 0);
    }
}
