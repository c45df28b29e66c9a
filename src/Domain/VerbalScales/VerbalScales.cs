namespace Domain.VerbalScales;

/// <summary>The verbal scales that forecasts may be stated in.</summary>
public static class VerbalScales
{
    /// <summary>The scale that a term is read in when none is named.</summary>
    public const string Default = "icd203";

    public static IReadOnlyList<VerbalScale> All { get; } =
    [
        new(
            "icd203",
            "2015",
            "Intelligence Community Directive 203, Analytic Standards (2015)",
            [
                new("almost no chance", ["remote"], 0.01, 0.05),
                new("very unlikely", ["highly improbable"], 0.05, 0.20),
                new("unlikely", ["improbable", "improbably"], 0.20, 0.45),
                new("roughly even chance", ["roughly even odds"], 0.45, 0.55),
                new("likely", ["probable", "probably"], 0.55, 0.80),
                new("very likely", ["highly probable"], 0.80, 0.95),
                new("almost certain", ["almost certainly", "nearly certain"], 0.95, 0.99),
            ]
        ),
        new(
            "phia",
            "2019",
            "Professional Head of Intelligence Assessment, Probability Yardstick (UK)",
            [
                new("remote chance", [], 0, 0.05),
                new("highly unlikely", [], 0.10, 0.20),
                new("unlikely", [], 0.25, 0.35),
                new("realistic possibility", [], 0.40, 0.50),
                new("likely", ["probable", "probably"], 0.55, 0.75),
                new("highly likely", [], 0.80, 0.90),
                new("almost certain", [], 0.95, 1),
            ]
        ),
        new(
            "kent",
            "1964",
            "Sherman Kent, Words of Estimative Probability (1964)",
            [
                new("impossible", [], 0, 0),
                new("almost certainly not", [], 0.02, 0.12),
                new("probably not", [], 0.20, 0.40),
                new("chances about even", [], 0.40, 0.60),
                new("probable", ["probably"], 0.63, 0.87),
                new("almost certain", [], 0.87, 0.99),
                new("certain", [], 1, 1),
            ]
        ),
        new(
            "nato",
            "AJP-2.1",
            "NATO Allied Joint Publication 2.1",
            [
                new("highly unlikely", [], 0, 0.10),
                new("unlikely", [], 0.10, 0.40),
                new("even chance", [], 0.40, 0.60),
                new("likely", [], 0.60, 0.90),
                new("highly likely", [], 0.90, 1),
            ]
        ),
    ];

    /// <summary>The scale of that name, or null.</summary>
    public static VerbalScale? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
