using Store.Importing;

namespace Worker.Importing;

/// <summary>What one kind of file asks for: its rows are prepared while the rows before them are being recorded.</summary>
internal interface IRowImport
{
    /// <summary>Whether two rows that follow one another say one thing together, and so are never parted.</summary>
    bool BelongTogether(ImportRow row, ImportRow next);

    /// <summary>Reads and checks the rows, and answers what records them. That may be called again, in a new batch, when another writer was quicker.</summary>
    Task<Func<ImportBatch, CancellationToken, Task>> PrepareAsync(IReadOnlyList<ImportRow> rows, CancellationToken token);
}
