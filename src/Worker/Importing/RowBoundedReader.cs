namespace Worker.Importing;

/// <summary>A row is longer than rows may be.</summary>
internal sealed class RowTooLongException : Exception;

/// <summary>Reads a text whose rows have a bound, so that whoever takes it apart never holds more than about one such row.</summary>
/// <param name="text">The text.</param>
/// <param name="longest">The most characters that are read while one row is read, beyond the last piece of it.</param>
internal sealed class RowBoundedReader(TextReader text, int longest) : TextReader
{
    private long _given;

    /// <summary>Says that a row begins.</summary>
    public void BeginRow() => _given = 0;

    /// <exception cref="RowTooLongException">The row goes on beyond the bound.</exception>
    public override int Read(Span<char> buffer)
    {
        // All that was given before this piece belongs to the one row.
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
