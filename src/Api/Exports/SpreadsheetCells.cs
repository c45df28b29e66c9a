namespace Api.Exports;

/// <summary>Keeps a spreadsheet from running what people wrote.</summary>
/// <remarks>
/// A spreadsheet takes a cell for a formula by its first character: <c>= + - @</c>, in some languages their full-width forms; a tab, a carriage
/// return or a line feed before one is skipped. An apostrophe in front makes the cell text. Source: OWASP, "CSV Injection".
/// </remarks>
internal static class SpreadsheetCells
{
    private const string Dangerous = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    /// <summary>The text of a cell, with an apostrophe in front where a spreadsheet would take it for a formula.</summary>
    public static string Escape(string text) => text.Length > 0 && Dangerous.Contains(text[0], StringComparison.Ordinal) ? "'" + text : text;
}
