using Store.Importing;

namespace Worker.Importing;

/// <summary>Reads a file from its beginning.</summary>
/// <param name="places">The places of the requested columns; all columns if none is named.</param>
public delegate IEnumerable<ImportRow> RowsOfFile(params int[] places);

/// <summary>The import of one kind of file. Rows are prepared while the rows before them are being recorded.</summary>
internal interface IRowImport
{
    /// <summary>Whether two adjacent rows belong together and must stay in one batch.</summary>
    bool BelongTogether(ImportRow row, ImportRow next);

    /// <summary>
    /// The rows of a file in the order in which they are processed. The order is always the same for a file, since an import continues after the number of rows
    /// that are done.
    /// </summary>
    IEnumerable<ImportRow> InOrder(RowsOfFile rows) => rows();

    /// <summary>Skips a row that an earlier process recorded before it ended.</summary>
    void Passed(ImportRow row) { }

    /// <summary>
    /// Reads and checks the rows, and returns the action that records them. It may be called again in a new batch if another writer was first.
    /// </summary>
    Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token);
}
