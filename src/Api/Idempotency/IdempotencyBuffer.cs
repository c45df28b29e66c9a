using Microsoft.AspNetCore.WebUtilities;

namespace Api.Idempotency;

/// <summary>An answer held back until it is committed: in memory while it is small, beyond that in a temporary file.</summary>
public sealed class IdempotencyBuffer(int small) : IAsyncDisposable
{
    private readonly FileBufferingWriteStream _stream = new(small);

    public Stream Stream => _stream;

    /// <summary>The answer in full; null where it is not small.</summary>
    public byte[]? Bytes { get; private set; }

    /// <summary>Takes up what was written, once nothing more will be.</summary>
    public async Task ReadAsync(CancellationToken token)
    {
        if (_stream.Length > small)
            return;
        using var copy = new MemoryStream();
        await _stream.DrainBufferAsync(copy, token);
        Bytes = copy.ToArray();
    }

    public async Task SendAsync(Stream to, CancellationToken token)
    {
        if (Bytes is null)
            await _stream.DrainBufferAsync(to, token);
        else if (Bytes.Length > 0)
            await to.WriteAsync(Bytes, token);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
