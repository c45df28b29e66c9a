using System.Security.Cryptography;
using Store.Streams;

namespace Api.Imports;

/// <summary>A file as it comes, of which a SHA-256 is taken while it is read.</summary>
internal sealed class HashedStream(Stream body) : ReadOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Reads what nobody has read yet, and gives the hash of all of it.</summary>
    public async Task<byte[]> TakeAsync(CancellationToken token)
    {
        await CopyToAsync(Null, token);
        return _hash.GetHashAndReset();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _hash.AppendData(buffer.Span[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
