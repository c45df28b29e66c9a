using Store.GroupCommit;
using Store.Ledger;

namespace Api.Forecasts;

/// <summary>
/// Signed receipts for forecasts, in the answer that acknowledges them. Whoever keeps one can show that the ledger owes it a leaf, also where the service
/// denies having taken the forecast.
/// </summary>
/// <param name="signers">Who signs; null where this process has no keys of a ledger.</param>
public sealed class ForecastReceipts(LogSigners? signers)
{
    /// <summary>The header that holds the receipt: a <c>c2sp.org/tlog-proof@v1</c> file in base64.</summary>
    public const string Header = "Ledger-Receipt";

    /// <summary>Puts the receipt of a step into the answer.</summary>
    public void Give(HttpContext http, SubmissionOutcome.Recorded recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        Give(http, recorded.Commit, recorded.Place);
    }

    /// <summary>Puts the receipt of a step of a commit into the answer.</summary>
    public void Give(HttpContext http, RecordedCommit commit, int place)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (Of(commit, place) is { } receipt)
            http.Response.Headers[Header] = receipt;
    }

    /// <summary>The receipt of a step, as the header and the lines of <c>POST /forecasts</c> hold it; null where this process has no keys.</summary>
    public string? Of(RecordedCommit commit, int place)
    {
        ArgumentNullException.ThrowIfNull(commit);
        return signers is null ? null : Convert.ToBase64String(commit.Receipt(place, signers.Origin, signers.Ed25519).Format());
    }
}
