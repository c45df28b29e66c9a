using Domain.Forecasts;
using Domain.Statistics;
using Domain.VerbalScales;
using Store.Importing;

namespace Worker.Importing;

/// <summary>Reads a verbal likelihood: a term of a known scale, or a term of another scale with its range.</summary>
internal static class StatedTerm
{
    private const int LongestTerm = 200;
    private const int LongestScale = 80;

    /// <summary>The term of a forecast's cells; null if there is none or if it is refused.</summary>
    public static VerbalStatement? Read(ImportRow row, string?[] cells, ref RefusedRow? refused)
    {
        var (term, scale, version) = (cells[ForecastColumns.Term], cells[ForecastColumns.Scale], cells[ForecastColumns.ScaleVersion]);
        if (term is null)
        {
            foreach (var place in ForecastColumns.OfTerms)
            {
                if (cells[place] is not null)
                    refused ??= row.Refuse(ForecastColumns.Name(place), $"'{ForecastColumns.Name(place)}' goes with a 'term', and there is none.");
            }

            return null;
        }

        if (term.Length > LongestTerm)
            refused ??= row.Refuse("term", $"A term has at most {LongestTerm} characters.");
        if (scale?.Length > LongestScale)
            refused ??= row.Refuse("scale", $"A scale has at most {LongestScale} characters.");
        if (version?.Length > LongestScale)
            refused ??= row.Refuse("scale_version", $"A version has at most {LongestScale} characters.");
        var known = VerbalScales.Find(scale ?? VerbalScales.Default);
        var kept = version is null || version == known?.Version ? known : null;
        var found = kept?.Find(term);
        if (cells[ForecastColumns.TermLower] is not null || cells[ForecastColumns.TermUpper] is not null)
            return WithRange(row, cells, kept, found, ref refused);
        if (found is not null)
            return new VerbalStatement(found.Term, kept!.Name, kept.Version, found.Lower, found.Upper);
        refused ??=
            known is null
                ? row.Refuse(
                    "scale",
                    $"There is no scale '{RowValues.Shortened(scale!)}'; there are {string.Join(", ", VerbalScales.All.Select(s => s.Name))}. For "
                        + "another, give term_lower and term_upper."
                )
            : kept is null
                ? row.Refuse(
                    "scale_version",
                    $"The scale {known.Name} is kept here as {known.Version}, not as '{RowValues.Shortened(version!)}'; give the term's term_lower and "
                        + "term_upper."
                )
            : row.Refuse(
                "term",
                $"The scale {kept.Name} has no term '{RowValues.Shortened(term)}'; it has {string.Join(", ", kept.Terms.Select(t => t.Term))}. For "
                    + "another, give term_lower and term_upper."
            );
        return null;
    }

    private static VerbalStatement? WithRange(ImportRow row, string?[] cells, VerbalScale? kept, VerbalTerm? found, ref RefusedRow? refused)
    {
        var lower = End(row, cells, ForecastColumns.TermLower, ref refused);
        var upper = End(row, cells, ForecastColumns.TermUpper, ref refused);
        if (lower is not { } l || upper is not { } u)
            return null;
        if (l > u)
            refused ??= row.Refuse("term_lower", FormattableString.Invariant($"A term's range rises: {l} lies above {u}."));
        if (found is not null && !Decimals.AreEqual(l, found.Lower))
            refused ??= Differs("term_lower", l, found.Lower);
        if (found is not null && !Decimals.AreEqual(u, found.Upper))
            refused ??= Differs("term_upper", u, found.Upper);
        return new VerbalStatement(
            found?.Term ?? cells[ForecastColumns.Term]!,
            cells[ForecastColumns.Scale] ?? (found is null ? "" : kept!.Name),
            cells[ForecastColumns.ScaleVersion] ?? (found is null ? "" : kept!.Version),
            l,
            u
        );

        RefusedRow Differs(string column, double given, double there) =>
            row.Refuse(
                column,
                FormattableString.Invariant($"'{column}' says {given}, and the term '{found!.Term}' of {kept!.Name} ({kept.Version}) has {there} there.")
            );
    }

    private static double? End(ImportRow row, string?[] cells, int place, ref RefusedRow? refused)
    {
        if (cells[place] is not { } text)
        {
            refused ??= row.Refuse(ForecastColumns.Name(place), "'term_lower' and 'term_upper' are given together or not at all.");
            return null;
        }

        if (row.Number(ForecastColumns.Name(place), text, ref refused) is not { } number)
            return null;
        if (number is >= 0 and <= 1)
            return number;
        refused ??= row.Refuse(ForecastColumns.Name(place), $"The range of a term lies between 0 and 1, and {RowValues.Shortened(text)} does not.");
        return null;
    }
}
