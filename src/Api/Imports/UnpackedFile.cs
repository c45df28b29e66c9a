using System.IO.Compression;
using Store.Streams;

namespace Api.Imports;

/// <summary>A packed file unpacks to far more than files of rows do.</summary>
internal sealed class UnpackedTooFarException : Exception;

/// <summary>A gzipped file as it is unpacked, so long as that is in proportion to what came: a few bytes of zeros must not become gigabytes.</summary>
internal sealed class UnpackedFile : ReadOnlyStream
{
    /// <summary>The bytes, unpacked, below which the proportion is not looked at.</summary>
    internal const long Slack = 16 << 20;

    private readonly CountedStream _packed;
    private readonly GZipStream _unpacked;
    private readonly int _ratio;
    private long _length;

    /// <param name="packed">The file as it comes.</param>
    /// <param name="ratio">How many times more bytes it may have unpacked.</param>
    public UnpackedFile(Stream packed, int ratio)
    {
        (_packed, _ratio) = (new CountedStream(packed), ratio);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress);
    }

    /// <exception cref="UnpackedTooFarException">It is out of proportion.</exception>
    /// <exception cref="InvalidDataException">It is no gzip, or is cut off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _unpacked.ReadAsync(buffer, cancellationToken);
        _length += read;
        if (_length > Slack && _length > _ratio * _packed.Count)
            throw new UnpackedTooFarException();
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await _unpacked.DisposeAsync();
        await base.DisposeAsync();
    }

    private sealed class CountedStream(Stream stream) : ReadOnlyStream
    {
        public long Count { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await stream.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }
    }
}
