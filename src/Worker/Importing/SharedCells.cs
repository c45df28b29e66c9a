using Domain.People;
using Domain.Statistics;
using Store.Importing;

namespace Worker.Importing;

/// <summary>
/// The cells that apply to a whole forecast. A value in one row applies to all rows, and two different values refuse the forecast. Cells are compared by
/// meaning and not by spelling.
/// </summary>
internal static class SharedCells
{
    /// <summary>The first row's cells, completed from later rows.</summary>
    /// <param name="rows">The rows of one forecast.</param>
    /// <param name="adding">The later rows that are the first to give such a cell; null if there are none.</param>
    /// <param name="refused">The first contradiction; null if there is none.</param>
    public static string?[] Of(IReadOnlyList<ImportRow> rows, out HashSet<ImportRow>? adding, ref RefusedRow? refused)
    {
        adding = null;
        var cells = rows[0].Values;
        if (rows.Count == 1)
            return cells;
        foreach (var place in ForecastColumns.OfTheWhole)
        {
            ImportRow? first = null;
            foreach (var row in rows)
            {
                if (row.Values[place] is not { } given)
                    continue;
                if (first is null)
                    first = row;
                else if (!AreSame(place, first.Values[place]!, given))
                    refused ??= Contradiction(place, first, row);
            }

            if (first is null || ReferenceEquals(first, rows[0]))
                continue;
            if (adding is null)
                (adding, cells) = (new HashSet<ImportRow>(ReferenceEqualityComparer.Instance), [.. cells]);
            adding.Add(first);
            cells[place] = first.Values[place];
        }

        return cells;
    }

    /// <summary>Whether two texts are the same number.</summary>
    public static bool IsSameNumber(string a, string b)
    {
        if (a == b)
            return true;
        RefusedRow? wrong = null;
        var row = new ImportRow(0, []);
        return row.Number("", a, ref wrong) is { } x && row.Number("", b, ref wrong) is { } y && Decimals.AreEqual(x, y);
    }

    private static bool AreSame(int place, string a, string b)
    {
        if (a == b)
            return true;
        RefusedRow? wrong = null;
        var row = new ImportRow(0, []);
        return place switch
        {
            ForecastColumns.ExpiresAt or ForecastColumns.RecordedAt or ForecastColumns.RevealedAt => row.Instant("", a, ref wrong) is { } x
                && row.Instant("", b, ref wrong) == x,
            ForecastColumns.Withdrawn or ForecastColumns.Imported => row.Flag("", a, ref wrong) == row.Flag("", b, ref wrong) && wrong is null,
            ForecastColumns.TermLower or ForecastColumns.TermUpper => IsSameNumber(a, b),
            ForecastColumns.Kind => RowValues.Choice<ForecasterKind>(a) is { } kind && RowValues.Choice<ForecasterKind>(b) == kind,
            ForecastColumns.Term => string.Equals(a, b, StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
    }

    private static RefusedRow Contradiction(int place, ImportRow a, ImportRow b) =>
        b.Refuse(
            ForecastColumns.Name(place),
            $"'{ForecastColumns.Name(place)}' is '{RowValues.Shortened(a.Values[place]!)}' on line {a.Line} and "
                + $"'{RowValues.Shortened(b.Values[place]!)}' on line {b.Line} of one forecast; write it once, or the same on each row."
        );
}
