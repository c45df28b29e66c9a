using Api.Authorization;
using Domain;
using Domain.Ledger.Leaves;
using Domain.People;
using Store.Events;

namespace Api.Audit;

/// <summary>A value beside the salt that opens its commitment.</summary>
/// <param name="Salt">32 bytes in base64.</param>
/// <param name="Value">The value that was committed to.</param>
public sealed record OpenedValue(string Salt, object Value);

/// <summary>What opens a leaf; null for what is erased or withheld.</summary>
/// <param name="Stream">The key of the stream.</param>
/// <param name="Actor">Who brought the event about.</param>
/// <param name="Data">The data, in which each free text is its commitment.</param>
/// <param name="Text">The free texts, each a salt and a value, or null.</param>
public sealed record OpenedValues(OpenedValue? Stream, OpenedValue? Actor, OpenedValue? Data, IReadOnlyList<object?> Text);

/// <summary>A leaf and what opens it.</summary>
/// <param name="Leaf">The leaf's bytes, in base64.</param>
/// <param name="Open">What opens it.</param>
public sealed record LeafDisclosure(string Leaf, OpenedValues Open);

/// <summary>Says what of an event its reader may have opened: as much as the reader may read of the event elsewhere.</summary>
public static class Disclosing
{
    private static readonly string Token = EventNames.Of<TokenIssued>();

    /// <summary>Whether the caller may read the event at all. Who there is and what they may do is the auditors'.</summary>
    public static bool MayRead(HttpContext http, string stream) =>
        !StreamKeys.IsAnalyst(stream) || (http.CallerIfAny()?.Roles.Any(r => r is Role.Auditor or Role.Admin) ?? false);

    /// <summary>The leaf without what its reader is not to see: why a forecast was made, and the hash of a token.</summary>
    public static OpenedLeaf ShownTo(this OpenedLeaf opened, HttpContext http) =>
        http.SeesRationales() && opened.Leaf.Type != Token ? opened : opened with { Text = [.. opened.Text.Select(_ => (Opening?)null)] };
}
