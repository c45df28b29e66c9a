using BenchmarkDotNet.Attributes;
using Domain.Calibration;

namespace Benchmarks.Calibration;

/// <summary>What a calibration costs: the curve with its decompositions, and the band with all that the report says.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class CalibrationBenchmarks
{
    private double[] _forecasts = [];
    private double[] _weights = [];
    private bool[] _outcomes = [];
    private int[] _questions = [];

    /// <summary>How many weighted statements, ten on a question.</summary>
    [Params(10_000, 100_000, 1_000_000)]
    public int Statements { get; set; }

    [GlobalSetup]
    public void Simulate()
    {
        var sample = CalibrationSample.Simulated(Statements / 10, 10, seed: 1, spread: 0.1);
        (_forecasts, _weights, _outcomes, _questions) = ([.. sample.Forecasts], [.. sample.Weights], [.. sample.Outcomes], [.. sample.Questions]);
    }

    /// <summary>From unsorted statements, so that sorting is in it.</summary>
    [Benchmark]
    public double CurveWithDecompositions()
    {
        var curve = ReliabilityCurve.Fit(new CalibrationSample(_forecasts, _weights, _outcomes, _questions));
        return ScoreDecomposition.Of(curve, DecomposedRule.Brier).Miscalibration + ScoreDecomposition.Of(curve, DecomposedRule.Log).Miscalibration;
    }
}

/// <summary>The whole report with its band of 2,000 draws over ten thousand questions.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class BandBenchmarks
{
    private CalibrationSample _sample = CalibrationSample.Simulated(1);

    /// <summary>How many different statements on a question.</summary>
    [Params(1, 3)]
    public int StatementsAQuestion { get; set; }

    [GlobalSetup]
    public void Simulate() => _sample = CalibrationSample.Simulated(10_000, StatementsAQuestion, seed: 1, spread: 0.1);

    [Benchmark]
    public double? ReportWithBand() => CalibrationReport.Of(_sample).PValue;
}
