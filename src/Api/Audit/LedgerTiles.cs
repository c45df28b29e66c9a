using Api.Endpoints;
using Api.Problems;
using Domain.Ledger.Notes;
using Domain.Ledger.Policies;
using Domain.Ledger.Tiles;
using Microsoft.Net.Http.Headers;
using Store.Ledger;

namespace Api.Audit;

/// <summary>
/// The transparency log, as tlog-tiles has it: for everybody, since it shows nothing but sizes and times. What it was a log of, only the disclosures show.
/// </summary>
public static class LedgerTiles
{
    private const string Octets = "application/octet-stream";
    private const string Text = "text/plain";

    /// <summary>A tile never changes: of a partial one, a wider one is another.</summary>
    private const string ForEver = "public, max-age=31536000, immutable";

    internal static readonly IResult NoLedger = Problem.NotFound("No ledger is kept here. Ledger:Origin names one.");

    /// <summary>Maps <c>/audit/ledger</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/audit/ledger/checkpoint", CheckpointAsync).AllowAnonymous().Knows().Produces<string>(200, Text);
        routes.MapGet("/audit/ledger/witnessed-checkpoint", WitnessedAsync).AllowAnonymous().Knows().Produces<string>(200, Text);
        routes.MapGet("/audit/ledger/policy", PolicyAsync).AllowAnonymous().Knows().Produces<string>(200, Text);
        routes.MapGet("/audit/ledger/tile/{**path}", TileAsync).AllowAnonymous().Knows().Produces<byte[]>(200, Octets);
        routes.MapGet("/audit/ledger/keys", KeysAsync).AllowAnonymous().Knows().Produces<string>(200, Text);
    }

    /// <summary>Show the last checkpoint of the ledger</summary>
    /// <remarks>A signed note, by tlog-checkpoint.</remarks>
    public static async Task<IResult> CheckpointAsync(HttpContext http, LedgerReader ledger)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return await ledger.CheckpointAsync(http.RequestAborted) is { } note ? Results.Text(note, Text) : NoLedger;
    }

    /// <summary>Show the last checkpoint of the ledger that enough witnesses cosigned</summary>
    /// <remarks>A signed note, by tlog-checkpoint. The last checkpoint of all may be newer: no witness is waited for.</remarks>
    public static async Task<IResult> WitnessedAsync(HttpContext http, LedgerReader ledger)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return await ledger.WitnessedAsync(http.RequestAborted) is { } note
            ? Results.Text(note, Text)
            : Problem.NotFound("No checkpoint has been witnessed. Ledger:Witnesses names who is asked to.");
    }

    /// <summary>Show by which keys a checkpoint of the ledger counts as witnessed</summary>
    /// <remarks>
    /// A tlog-policy file with the log's keys, its witnesses and the quorum. Keep it: one that comes with what it is to judge proves nothing.
    /// </remarks>
    public static async Task<IResult> PolicyAsync(HttpContext http, LedgerReader ledger)
    {
        var keys = await ledger.KeysAsync(http.RequestAborted);
        if (keys.Count == 0)
            return NoLedger;
        var policy = await ledger.PolicyAsync(http.RequestAborted) ?? new TrustPolicy([], [], [], null);
        var shown = policy with
        {
            Logs = [.. keys.Select(k => new PolicyLog(VerifierKey.Parse(k.Key).Value, null))],
            // Where a witness is asked is the operator's affair.
            Witnesses = [.. policy.Witnesses.Select(w => w with { Url = null })],
        };
        http.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(PolicyFile.Format(shown), Text);
    }

    /// <summary>Show a tile of the ledger's hashes, or a bundle of its entries</summary>
    /// <remarks>By tlog-tiles: &lt;level&gt;/&lt;index&gt; or entries/&lt;index&gt;, with .p/&lt;width&gt; where it is partial.</remarks>
    public static async Task<IResult> TileAsync(string path, HttpContext http, LedgerReader ledger)
    {
        var whole = $"tile/{path}";
        var bytes =
            EntryBundlePath.Parse(whole).Is(out var bundle, out _) ? await ledger.BundleAsync(bundle, http.RequestAborted)
            : TilePath.Parse(whole).Is(out var tile, out var malformed) ? await ledger.TileAsync(tile, http.RequestAborted)
            : null;
        if (bytes is null)
            return Problem.NotFound("The ledger has no such tile.");
        http.Response.Headers[HeaderNames.CacheControl] = ForEver;
        return Results.Bytes(bytes, Octets);
    }

    /// <summary>List the keys that sign the ledger</summary>
    /// <remarks>One a line: the verifier key, a space, and the first size that it signed.</remarks>
    public static async Task<IResult> KeysAsync(HttpContext http, LedgerReader ledger)
    {
        var keys = await ledger.KeysAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-cache";
        return keys.Count == 0
            ? NoLedger
            : Results.Text(string.Concat(keys.Select(k => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{k.Key} {k.FromSize}\n"))), Text);
    }
}
