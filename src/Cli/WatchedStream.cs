using Store.Streams;

namespace Cli;

/// <summary>Passes reads on to a stream, and tells now and then how many bytes have been read.</summary>
internal sealed class WatchedStream(Stream inner, Action<long> tell) : ReadOnlyStream
{
    private const long Step = 1 << 20;
    private long _read;
    private long _told;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Told(await inner.ReadAsync(buffer, cancellationToken));

    public override int Read(Span<byte> buffer) => Told(inner.Read(buffer));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int Told(int read)
    {
        _read += read;
        if (_read - _told >= Step || read == 0)
            tell(_told = _read);
        return read;
    }
}
