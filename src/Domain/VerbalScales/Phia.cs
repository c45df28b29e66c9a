namespace Domain.VerbalScales;

/// <summary>The probability yardstick of the United Kingdom's intelligence assessment. Its ranges leave gaps between them.</summary>
internal sealed class Phia()
    : PublishedScale(
        place: 20,
        new VerbalScale(
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
        )
    );
