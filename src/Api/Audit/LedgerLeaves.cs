using Api.Authorization;
using Api.Endpoints;
using Api.Problems;
using Api.Requests;
using Domain.Ledger.Leaves;
using Domain.Ledger.Proofs;
using Store.Ledger;

namespace Api.Audit;

/// <summary>An event's leaf in the ledger, the proof that it is there, and what opens it.</summary>
public static class LedgerLeaves
{
    private const string Octets = "application/octet-stream";
    private const string Text = "text/plain";

    /// <summary>Maps what there is of an event's leaf.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit/events/{eventId}/leaf", LeafAsync).RequireAuthorization(Policies.Read).Knows().Produces<byte[]>(200, Octets);
        routes.MapGet("/audit/events/{eventId}/proof", ProofAsync).RequireAuthorization(Policies.Read).Knows().Produces<string>(200, Text);
        routes.MapGet("/audit/events/{eventId}/disclosure", DisclosureAsync).RequireAuthorization(Policies.Read).Knows().Produces<LeafDisclosure>();
    }

    /// <summary>Show the bytes of an event's leaf</summary>
    public static async Task<IResult> LeafAsync(string eventId, HttpContext http, LedgerReader ledger) =>
        await FindAsync(eventId, http, ledger) is { Leaf: { } leaf } found ? EntityTags.Tagged(http, leaf.Entry, Octets) : Missing(eventId);

    /// <summary>Prove that an event's leaf is in the ledger</summary>
    /// <remarks>A c2sp.org/tlog-proof@v1 file, which is checked offline. Its extra data is the disclosure, as far as its reader may have it.</remarks>
    public static async Task<IResult> ProofAsync(string eventId, HttpContext http, LedgerReader ledger, LedgerTimestamps timestamps)
    {
        var token = http.RequestAborted;
        if (await FindAsync(eventId, http, ledger) is not { Leaf: { } leaf } found)
            return Missing(eventId);
        var checkpoint = (await ledger.CheckpointOverAsync(leaf.Index, token))!;
        var inclusion = await ledger.InclusionAsync(leaf.Index, checkpoint.Checkpoint.Size, token);
        var opened = Disclosing.MayRead(http, found.Stream) ? await ledger.OpenAsync(leaf, token) : null;
        var stamp = await timestamps.OfAsync(checkpoint.Checkpoint.Size, token);
        // A null of bytes would become no bytes, and not nothing.
        ReadOnlyMemory<byte>? extra = opened is null
            ? (ReadOnlyMemory<byte>?)null
            : Disclosure.Format(opened.ShownTo(http), stamp is null ? [] : [stamp.Token]);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{leaf.EventId}{TlogProof.FileExtension}\"";
        return EntityTags.Tagged(http, new TlogProof(extra, leaf.Index, inclusion.Hashes, checkpoint).Format(), Text);
    }

    /// <summary>Show what opens an event's leaf</summary>
    /// <remarks>To whoever may read the event. What is erased or withheld is null.</remarks>
    public static async Task<IResult> DisclosureAsync(string eventId, HttpContext http, LedgerReader ledger)
    {
        if (await FindAsync(eventId, http, ledger) is not { Leaf: { } leaf } found)
            return Missing(eventId);
        if (!Disclosing.MayRead(http, found.Stream))
            return Problem.Of(403, "forbidden", "Forbidden", "What is recorded about people is shown to who has the role auditor or admin.");
        return await ledger.OpenAsync(leaf, http.RequestAborted) is { } opened
            ? EntityTags.Tagged(http, Disclosure.Format(opened.ShownTo(http)), "application/json; charset=utf-8")
            : Missing(eventId);
    }

    private static async Task<(KeptLeaf Leaf, string Stream)?> FindAsync(string eventId, HttpContext http, LedgerReader ledger)
    {
        if (!Guid.TryParseExact(eventId, "D", out var id) || await ledger.LeafAsync(id, http.RequestAborted) is not { } leaf)
            return null;
        return await ledger.StreamAsync(leaf, http.RequestAborted) is { } stream ? (leaf, stream) : null;
    }

    private static IResult Missing(string eventId) =>
        Problem.NotFound($"The ledger has no event '{eventId}'. One that was just recorded is there within a second.");
}
