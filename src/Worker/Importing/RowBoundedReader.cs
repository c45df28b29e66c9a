namespace Worker.Importing;

/// <summary>A row is longer than allowed.</summary>
internal sealed class RowTooLongException : Exception;

/// <summary>Reads a text whose rows are bounded, so that the parser never holds much more than one row.</summary>
/// <param name="text">The text.</param>
/// <param name="longest">The most characters that are read for one row, before its last piece.</param>
internal sealed class RowBoundedReader(TextReader text, int longest) : TextReader
{
    private long _given;

    /// <summary>Marks the beginning of a row.</summary>
    public void BeginRow() => _given = 0;

    /// <exception cref="RowTooLongException">The row exceeds the bound.</exception>
    public override int Read(Span<char> buffer)
    {
        // Everything returned before this piece belongs to the same row.
        if (_given > longest)
            throw new RowTooLongException();
        var read = text.Read(buffer);
        _given += read;
        return read;
    }

    /// <inheritdoc cref="Read(Span{char})"/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            text.Dispose();
        base.Dispose(disposing);
    }
}
