using Domain.VerbalScales;

namespace Domain.Tests.VerbalScales;

/// <summary>Likelihoods as a bookmaker says them.</summary>
internal sealed class Betting()
    : PublishedScale(
        place: 50,
        new VerbalScale(
            "betting",
            "2026",
            "A bookmaker's handbook (2026)",
            [new("odds against", [], 0.2, 0.4), new("evens", ["even money"], 0.45, 0.55), new("odds on", [], 0.6, 0.8)]
        )
    );
