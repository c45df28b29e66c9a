using System.Buffers;
using System.IO.Pipelines;

namespace Api.Limits;

/// <summary>A line of a body, without its end; its text is good until the next line is read.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">What stands in it; nothing where it is too long.</param>
/// <param name="IsTooLong">Whether it is longer than lines may be; it was skipped to its end.</param>
public readonly record struct BoundedLine(long Number, ReadOnlySequence<byte> Text, bool IsTooLong)
{
    public bool IsEmpty => !IsTooLong && Text.IsEmpty;
}

/// <summary>Reads a body line by line as it arrives, and holds no more of it than one line may have.</summary>
public sealed class BoundedLines(PipeReader body, int longest)
{
    private long _number;
    private ReadOnlySequence<byte> _read;
    private bool _begun;
    private bool _ended;

    /// <summary>The next line, or null at the body's end.</summary>
    public async ValueTask<BoundedLine?> ReadAsync(CancellationToken token)
    {
        var skipping = false;
        while (true)
        {
            if (_read.PositionOf((byte)'\n') is { } end)
            {
                var line = _read.Slice(0, end);
                _read = _read.Slice(_read.GetPosition(1, end));
                return Line(line, skipping);
            }

            if (_ended)
            {
                if (_read.IsEmpty && !skipping)
                {
                    Stop();
                    return null;
                }

                var last = _read;
                _read = _read.Slice(_read.End);
                return Line(last, skipping);
            }

            if (skipping || _read.Length > longest)
            {
                skipping = true;
                _read = _read.Slice(_read.End);
            }

            if (_begun)
                body.AdvanceTo(_read.Start, _read.End);
            _begun = true;
            var result = await body.ReadAsync(token);
            (_read, _ended) = (result.Buffer, result.IsCompleted);
        }
    }

    /// <summary>Reads no further; what was read counts as read, so that the connection can go on to its next request.</summary>
    public void Stop()
    {
        if (!_begun)
            return;
        body.AdvanceTo(_read.End);
        _begun = false;
    }

    private BoundedLine Line(ReadOnlySequence<byte> text, bool skipped)
    {
        _number++;
        if (skipped || text.Length > longest)
            return new BoundedLine(_number, default, IsTooLong: true);
        if (!text.IsEmpty && text.Slice(text.Length - 1).FirstSpan[0] == (byte)'\r')
            text = text.Slice(0, text.Length - 1);
        return new BoundedLine(_number, text, IsTooLong: false);
    }
}
