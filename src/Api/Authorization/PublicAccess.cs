namespace Api.Authorization;

/// <summary>What everybody may see without a token (section <c>Access</c>).</summary>
public sealed class PublicAccess
{
    /// <summary>Whether questions, scores and calibration can be read.</summary>
    public bool PublicReads { get; set; }

    /// <summary>Whether the switch of this name is on.</summary>
    public bool IsOn(string name) =>
        name switch
        {
            nameof(PublicReads) => PublicReads,
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such switch."),
        };
}
