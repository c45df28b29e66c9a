namespace EndToEnd.Tests.Faults.History;

/// <summary>What an import takes in.</summary>
internal enum ImportedKind
{
    Questions,
    Forecasts,
    Outcomes,
}

/// <summary>A row of a file.</summary>
/// <param name="Line">The line of the file, the header being line 1.</param>
/// <param name="Question">The question's slug.</param>
/// <param name="Forecaster">Whose forecast it is; null in a file of questions or outcomes.</param>
/// <param name="Marker">A text that is in no other row and that its event carries: the rationale, the title, the source.</param>
/// <param name="IsGood">Whether the row is to be accepted.</param>
internal sealed record ImportedRow(int Line, string Question, string? Forecaster, string Marker, bool IsGood);

/// <summary>A file that a client sent.</summary>
/// <param name="Operation">The operation by which it was sent; of several with one key, the first.</param>
/// <param name="Kind">What the rows are.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Import">The import's id; null where no answer named it.</param>
/// <param name="End">The import as <c>GET /imports/{id}</c> shows it after it has ended, as JSON; null where that was not seen.</param>
internal sealed record ImportedFile(long Operation, ImportedKind Kind, IReadOnlyList<ImportedRow> Rows, string? Import, string? End);
