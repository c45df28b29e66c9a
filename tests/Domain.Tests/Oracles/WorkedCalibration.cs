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
            var curve = ReliabilityCurve.Through(forecasts.Doubles().Select((p, i) => new Domain.Calibration.Statement(p, weights[i], outcomes.Doubles()[i] == 1)));
            var parts = log ? curve.Log : curve.Brier;
            Cases.Agree(name, mcb, parts.Mcb, tolerance);
            Cases.Agree(name, expected.GetProperty("DSC"), parts.Dsc, tolerance);
            Cases.Agree(name, expected.GetProperty("UNC"), parts.Unc, tolerance);
            agreed++;
        }

        Assert.True(agreed > 0);
    }
}
