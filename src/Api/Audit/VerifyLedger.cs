using System.Globalization;
using Api.Authorization;
using Api.Endpoints;
using Domain.Ledger.Notes;
using Npgsql;
using Signing;
using Store.Ledger;
using Worker.ExtendingLedger;

namespace Api.Audit;

/// <summary>What a look through the whole ledger found.</summary>
/// <param name="Size">The number of leaves.</param>
/// <param name="RootHash">The root of the tree that the leaves give, in base64.</param>
/// <param name="Ok">Whether everything fits.</param>
/// <param name="Mismatches">What does not fit, at most 1,000.</param>
/// <param name="MismatchCount">How many things do not fit, also those that are not listed.</param>
/// <param name="Limits">What no look from inside can show.</param>
public sealed record VerifiedLedger(long Size, string RootHash, bool Ok, IReadOnlyList<LedgerMismatch> Mismatches, long MismatchCount, string Limits);

/// <summary>Lets one look through the ledger at a time, since each reads everything.</summary>
public sealed class VerificationTurn : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Looks once it is this one's turn.</summary>
    public async Task<T> TakeAsync<T>(Func<Task<T>> look, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(look);
        await _turn.WaitAsync(token);
        try
        {
            return await look();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}

/// <summary>Looks through the whole ledger.</summary>
public static class VerifyLedger
{
    private const string Limits =
        "An end that was removed from everything in the database cannot be found from inside. Compare the size and the root with a checkpoint that was kept "
        + "outside.";

    /// <summary>Maps <c>GET /audit/verify</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/audit/verify", VerifyAsync).RequireAuthorization(Policies.Audit).Streams(anyBody: false).Knows().Produces<VerifiedLedger>();

    /// <summary>Compare everything that is recorded with the ledger</summary>
    /// <remarks>
    /// Reads every event, leaf, salt, tile, checkpoint and time stamp again, and the files of the copy where this process knows its folder, and names each that
    /// no longer fits. It takes as long as there is to read, and one look at a time is taken.
    /// </remarks>
    public static async Task<IResult> VerifyAsync(HttpContext http, NpgsqlDataSource database, IConfiguration configuration, VerificationTurn turn)
    {
        var options = configuration.GetSection("Ledger").Get<LedgerOptions>() ?? new LedgerOptions();
        var authorities = string.IsNullOrEmpty(options.TimestampCertificates) ? null : TimeStamps.Authorities(options.TimestampCertificates);
        var folder = string.IsNullOrEmpty(options.Folder) ? null : new LogFolder(options.Folder);
        var verification = new LedgerVerification(
            database,
            Signatures.Algorithms,
            Trusted(configuration),
            folder,
            (token, data) => TimeStamps.Verify(token, data, authorities).Is(out var stamp, out var malformed) ? stamp.At : malformed
        );
        var verdict = await turn.TakeAsync(() => verification.VerifyAsync(http.RequestAborted), http.RequestAborted);
        return verdict is null
            ? LedgerTiles.NoLedger
            : Results.Ok(
                new VerifiedLedger(
                    verdict.Size,
                    verdict.RootHash,
                    verdict.Count == 0,
                    verdict.Mismatches,
                    verdict.Count,
                    LimitsOf(verdict, authorities is not null)
                )
            );
    }

    private static string LimitsOf(LedgerVerdict verdict, bool knowsAuthority)
    {
        var limits = new List<string> { Limits };
        if (verdict.Unopened > 0)
            limits.Add(Say($"Of {verdict.Unopened} leaves all salts are gone, as after a restore; what their events say cannot be compared."));
        var ofCopy = verdict.Copied switch
        {
            null => "No copy was compared: Ledger:Folder names none to this process.",
            { HasCheckpoint: false } => "The copy has no checkpoint, and was not compared.",
            { Size: null } => "The copy has a checkpoint that does not hold, and its other files were not compared.",
            { Size: { } size } when size < verdict.Size => Say($"The copy has {size} of {verdict.Size} leaves; it is written a moment after them."),
            _ => null,
        };
        if (ofCopy is not null)
            limits.Add(ofCopy);
        if (verdict.Timestamps > 0 && !knowsAuthority)
            limits.Add(Say($"Of {verdict.Timestamps} time stamps it is not known whose they are: Ledger:TimestampCertificates names no certificate."));
        return string.Join(' ', limits);

        static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The keys that this process was given. Whoever changes the database cannot change these.</summary>
    private static IReadOnlyCollection<VerifierKey> Trusted(IConfiguration configuration) =>
        LedgerKeys.WhereGiven(configuration) is { } signers ? [signers.Ed25519.Key, signers.MlDsa44.Key] : [];
}
