using System.Buffers;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace Api.Idempotency;

/// <summary>A request's body, read whole before anything is held for it: in memory while it is small, beyond that in a temporary file.</summary>
/// <param name="content">The body, from its beginning.</param>
/// <param name="fingerprint">SHA-256 of it.</param>
public sealed class BufferedBody(Stream content, byte[] fingerprint) : IAsyncDisposable
{
    private const int Small = 1 << 16;
    private const int Piece = 1 << 14;

    /// <summary>The body, from its beginning.</summary>
    public Stream Content => content;

    /// <summary>SHA-256 of the body.</summary>
    public byte[] Fingerprint => fingerprint;

    /// <summary>Reads the body at the pace at which it comes; null where it has more bytes than <paramref name="longest"/>.</summary>
    public static async Task<BufferedBody?> ReadAsync(Stream body, long longest, CancellationToken token)
    {
        var content = new FileBufferingReadStream(body, Small);
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int read; (read = await content.ReadAsync(piece.AsMemory(0, Piece), token)) > 0; )
            {
                hash.AppendData(piece, 0, read);
                if (content.Position > longest)
                {
                    await content.DisposeAsync();
                    return null;
                }
            }

            content.Position = 0;
            return new BufferedBody(content, hash.GetHashAndReset());
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
