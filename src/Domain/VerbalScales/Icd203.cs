namespace Domain.VerbalScales;

/// <summary>The scale of the United States intelligence community.</summary>
internal sealed class Icd203()
    : PublishedScale(
        place: 10,
        new VerbalScale(
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
        )
    );
