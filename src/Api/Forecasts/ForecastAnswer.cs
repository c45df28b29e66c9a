using Domain.Forecasts;
using Domain.People;

namespace Api.Forecasts;

/// <summary>A forecast as it stands.</summary>
/// <example>{"analyst":"ana","kind":"person","madeAt":"2026-03-01T12:00:00Z","recordedAt":"2026-03-01T12:00:00Z","probability":0.65,
/// "rationale":"Clouds.","imported":false}</example>
public record ForecastAnswer
{
    /// <summary>Who forecasts.</summary>
    public required string Analyst { get; init; }

    /// <summary>What the forecaster is.</summary>
    public required ForecasterKind Kind { get; init; }

    /// <summary>When it was made; of an imported forecast as the file claims.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>When this service recorded it.</summary>
    public required DateTimeOffset RecordedAt { get; init; }

    /// <summary>How probable yes is; null where the question is not binary.</summary>
    public double? Probability { get; init; }

    /// <summary>A probability for each option; null where the question has none, and on a binary one.</summary>
    public IReadOnlyDictionary<string, double>? Probabilities { get; init; }

    /// <summary>Points of the distribution function; null where the question is not of numbers or dates.</summary>
    public IReadOnlyList<QuantileBody>? Quantiles { get; init; }

    /// <summary>The term that was stated, with its scale and its range; null where a number was.</summary>
    public VerbalStatement? Verbal { get; init; }

    /// <summary>The term that was stated; null where a number was.</summary>
    public string? Term { get; init; }

    /// <summary>The seal as which it was stated, base64 of 32 bytes; null where it was stated openly.</summary>
    public string? Seal { get; init; }

    /// <summary>When what was sealed was revealed; null until then, and where it was stated openly.</summary>
    public DateTimeOffset? RevealedAt { get; init; }

    /// <summary>Why; null where nothing was said.</summary>
    public string? Rationale { get; init; }

    /// <summary>The instant from which it stands no longer; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it came from a file.</summary>
    public required bool Imported { get; init; }
}
