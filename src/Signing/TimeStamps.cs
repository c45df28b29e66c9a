using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Domain.Ledger.Text;

namespace Signing;

/// <summary>A time stamp by RFC 3161.</summary>
/// <param name="At">When the authority says that it had the bytes, UTC.</param>
/// <param name="Token">The token, a TimeStampToken in DER.</param>
public sealed record TimeStamp(DateTimeOffset At, ReadOnlyMemory<byte> Token);

/// <summary>A time stamp that holds.</summary>
/// <param name="At">When the authority had the bytes, UTC.</param>
/// <param name="Authority">The name in the authority's certificate.</param>
public sealed record VerifiedTimeStamp(DateTimeOffset At, string Authority);

/// <summary>A question to a time-stamping authority (RFC 3161, section 2.4.1): SHA-256 of some bytes, with a number that is used once.</summary>
public sealed class TimeStampQuery
{
    /// <summary>The media type of a query.</summary>
    public const string MediaType = "application/timestamp-query";

    private const int NonceLength = 8;

    private readonly Rfc3161TimestampRequest _request;

    /// <summary>The query for bytes.</summary>
    /// <param name="data">The bytes.</param>
    public TimeStampQuery(ReadOnlySpan<byte> data) =>
        _request = Rfc3161TimestampRequest.CreateFromData(
            data,
            HashAlgorithmName.SHA256,
            nonce: RandomNumberGenerator.GetBytes(NonceLength),
            // Whoever verifies the token years later may have the root alone.
            requestSignerCertificates: true
        );

    /// <summary>The query in DER.</summary>
    public byte[] Encode() => _request.Encode();

    /// <summary>Reads the authority's answer (RFC 3161, section 2.4.2).</summary>
    /// <param name="response">The answer.</param>
    /// <returns>The time stamp; refused is an answer that is no token for this query. Whose it is, is another question.</returns>
    public Parsed<TimeStamp> Read(ReadOnlyMemory<byte> response)
    {
        try
        {
            var token = _request.ProcessResponse(response, out _);
            return new TimeStamp(token.TokenInfo.Timestamp, token.AsSignedCms().Encode());
        }
        catch (CryptographicException e)
        {
            return new Malformed($"The authority's answer is no token for the query ({e.Message.TrimEnd('.')})");
        }
    }
}

/// <summary>Verifies time stamps.</summary>
public static class TimeStamps
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    /// <summary>The certificates of authorities from a file in PEM.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CryptographicException">It is no such file, or holds no certificate.</exception>
    public static X509Certificate2Collection Authorities(string path)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(path);
        return trusted.Count > 0 ? trusted : throw new CryptographicException("It holds no certificate.");
    }

    /// <summary>Verifies a token.</summary>
    /// <param name="token">The token, in DER.</param>
    /// <param name="data">The bytes that it is over.</param>
    /// <param name="trusted">
    /// The authority's own certificate, or those that it descends from; null where it is enough that the token holds by the certificate in it.
    /// </param>
    /// <returns>When and by whom; refused is a token over other bytes, one that does not hold, and one by another authority.</returns>
    public static Parsed<VerifiedTimeStamp> Verify(ReadOnlyMemory<byte> token, ReadOnlySpan<byte> data, X509Certificate2Collection? trusted)
    {
        if (!Rfc3161TimestampToken.TryDecode(token, out var decoded, out _))
            return new Malformed("The time stamp is no RFC 3161 token");
        // Of a weaker hash, two checkpoints could be made that have one time stamp.
        if (decoded.TokenInfo.HashAlgorithmId.Value != Sha256)
            return new Malformed("The time stamp is not over SHA-256");
        if (!decoded.VerifySignatureForData(data, out var signer, trusted))
            return new Malformed("The time stamp is not over this checkpoint, or its signature does not hold");
        var at = decoded.TokenInfo.Timestamp;
        return trusted is null || IsOf(signer, decoded.AsSignedCms().Certificates, trusted, at)
            ? new VerifiedTimeStamp(at, signer.GetNameInfo(X509NameType.SimpleName, forIssuer: false))
            : new Malformed("The time stamp is by another authority than the certificate's");
    }

    private static bool IsOf(X509Certificate2 signer, X509Certificate2Collection sent, X509Certificate2Collection trusted, DateTimeOffset at)
    {
        if (trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(signer.RawDataMemory.Span)))
            return true;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        // It is checked offline, and held when the token was made.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.UtcDateTime;
        return chain.Build(signer);
    }
}
