namespace Domain.VerbalScales;

/// <summary>The scale of NATO's intelligence doctrine.</summary>
internal sealed class Nato()
    : PublishedScale(
        place: 40,
        new VerbalScale(
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
        )
    );
