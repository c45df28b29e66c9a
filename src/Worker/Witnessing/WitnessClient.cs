using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Domain.Ledger.Checkpoints;
using Domain.Ledger.Merkle;
using Domain.Ledger.Notes;
using Domain.Ledger.Witnesses;
using Signing;

namespace Worker.Witnessing;

/// <summary>What asking a witness came to.</summary>
/// <param name="Cosignatures">Its cosignatures, verified; empty where it gave none.</param>
/// <param name="KnownSize">The size of what it cosigned last, as far as that is known.</param>
/// <param name="Failure">Why it gave none, in a sentence; null where it did.</param>
/// <param name="Contradicts">Whether it has cosigned a tree that the log does not continue.</param>
public sealed record WitnessReply(IReadOnlyList<NoteSignature> Cosignatures, long KnownSize, string? Failure = null, bool Contradicts = false);

/// <summary>Asks one witness for cosignatures, by tlog-witness, "add-checkpoint".</summary>
public sealed class WitnessClient : IDisposable
{
    /// <summary>A first request, and one after each size that the witness tells; another process may ask it for the same log at the same time.</summary>
    private const int MostAttempts = 4;

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly IReadOnlyList<INoteVerifier> _verifiers;

    /// <summary>A client with its own connections.</summary>
    /// <param name="witness">The witness.</param>
    /// <param name="timeout">The longest that it is waited for, a request.</param>
    public WitnessClient(AskedWitness witness, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(witness);
        _address = new Uri($"{witness.Url}/{WitnessPaths.AddCheckpoint}");
        _verifiers = [.. witness.Keys.Select(k => NoteKeys.Verifier(k, Signatures.Algorithms))];
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
        };
        _client = new HttpClient(handler) { Timeout = timeout, MaxResponseContentBufferSize = SignedNote.MostBytes };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Forecasts-Ledger", "1.0"));
    }

    /// <summary>Asks for cosignatures on a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="knownSize">The size of what the witness cosigned last, as far as that is known.</param>
    /// <param name="proofFrom">The proof that the checkpoint's tree begins with one of that size, 1 or more.</param>
    /// <param name="token">Ends the asking.</param>
    public async Task<WitnessReply> AskAsync(
        SignedCheckpoint checkpoint,
        long knownSize,
        Func<long, CancellationToken, Task<ConsistencyProof>> proofFrom,
        CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(proofFrom);
        var size = checkpoint.Checkpoint.Size;
        for (var (attempt, old) = (0, knownSize <= size ? knownSize : 0); attempt < MostAttempts; attempt++)
        {
            var proof = old == 0 ? [] : (await proofFrom(old, token)).Hashes;
            HttpStatusCode status;
            byte[] body;
            try
            {
                using var content = new ByteArrayContent(new AddCheckpointRequest(old, proof, checkpoint).Format());
                using var response = await _client.PostAsync(_address, content, token);
                (status, body) = (response.StatusCode, await response.Content.ReadAsByteArrayAsync(token));
                if (status == HttpStatusCode.Conflict && response.Content.Headers.ContentType?.MediaType != TreeSizeAnswer.MediaType)
                    return new WitnessReply([], old, "It answered 409 without a tree size.");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !token.IsCancellationRequested)
            {
                return new WitnessReply([], old, e is TaskCanceledException ? "It did not answer in time." : "It does not answer.");
            }

            switch (status)
            {
                case HttpStatusCode.OK:
                    return Cosigned(checkpoint, body);
                case HttpStatusCode.Conflict when TreeSizeAnswer.Parse(body).Is(out var told, out _):
                    if (told.Size > size)
                        return new WitnessReply([], told.Size, Words($"It has cosigned {told.Size:N0} leaves, and the database has {size:N0}."));
                    if (told.Size == old)
                        return told.Size == size
                            ? new WitnessReply([], told.Size, Words($"It has cosigned another tree of {size:N0} leaves."), Contradicts: true)
                            : new WitnessReply([], told.Size, "It tells the size that it was asked from, and refuses it.");
                    old = told.Size;
                    continue;
                case HttpStatusCode.UnprocessableEntity when old > 0:
                    return new WitnessReply([], old, Words($"The tree of {old:N0} leaves that it has cosigned does not begin this one."), Contradicts: true);
                default:
                    return new WitnessReply([], old, Words($"It answered {(int)status}."));
            }
        }

        return new WitnessReply([], knownSize, "It tells another size each time that it is asked.");
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private WitnessReply Cosigned(SignedCheckpoint checkpoint, byte[] body)
    {
        var size = checkpoint.Checkpoint.Size;
        if (!AddCheckpointAnswer.Parse(body).Is(out var answer, out var malformed))
            return new WitnessReply([], size, $"Its answer cannot be read. {malformed.Reason}.");
        // Signatures by keys that are not known are left out; one by a known key that does not hold spoils nothing but itself.
        var verified = answer
            .Cosignatures.Where(c =>
                _verifiers.Any(v => v.Key.Id == c.KeyId && v.Key.Name == c.Name && v.Verify(checkpoint.Note.Text, c.Signature.Span) is not null)
            )
            .DistinctBy(c => (c.Name, c.KeyId))
            .ToList();
        return new WitnessReply(verified, size, verified.Count > 0 ? null : "Its answer has no cosignature by its key that holds.");
    }

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
