namespace Domain.VerbalScales;

/// <summary>Sherman Kent's words of estimative probability.</summary>
internal sealed class Kent()
    : PublishedScale(
        place: 30,
        new VerbalScale(
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
        )
    );
