using Store.Importing;

namespace Worker.Importing;

/// <summary>Reads a file from its beginning.</summary>
/// <param name="places">The places of the columns that are wanted; all of them where none is named.</param>
public delegate IEnumerable<ImportRow> RowsOfFile(params int[] places);

/// <summary>What one kind of file asks for: its rows are prepared while the rows before them are being recorded.</summary>
internal interface IRowImport
{
    /// <summary>Whether two rows that follow one another say one thing together, and so are never parted.</summary>
    bool BelongTogether(ImportRow row, ImportRow next);

    /// <summary>
    /// The rows of a file in the order in which they are taken; always the same for a file, since an import goes on after as many as it has done.
    /// </summary>
    IEnumerable<ImportRow> InOrder(RowsOfFile rows) => rows();

    /// <summary>Passes over a row that was recorded before the process ended that read the file first.</summary>
    void Passed(ImportRow row) { }

    /// <summary>Reads and checks the rows, and answers what records them. That may be called again, in a new batch, when another writer was quicker.</summary>
    Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token);
}
