namespace Api.Authorization;

/// <summary>What everybody may see without a token (section <c>Access</c>).</summary>
public sealed class PublicAccess
{
    /// <summary>Whether questions, scores and calibration can be read.</summary>
    public bool PublicReads { get; set; }

    /// <summary>Whether it can be read who there is, with their roles.</summary>
    public bool PublicPeople { get; set; }

    /// <summary>Whether forecasts are shown with their rationales and evidence, wherever everybody sees the forecasts themselves.</summary>
    public bool PublicRationales { get; set; }

    /// <summary>Whether events can be followed live.</summary>
    public bool PublicLive { get; set; }

    /// <summary>Whether <c>/metrics</c> can be read.</summary>
    public bool PublicMetrics { get; set; }

    /// <summary>Whether the switch of this name is on.</summary>
    public bool IsOn(string name) =>
        name switch
        {
            nameof(PublicReads) => PublicReads,
            nameof(PublicPeople) => PublicPeople,
            nameof(PublicRationales) => PublicRationales,
            nameof(PublicLive) => PublicLive,
            nameof(PublicMetrics) => PublicMetrics,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such switch."),
        };
}
