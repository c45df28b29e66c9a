using System.Globalization;
using System.Numerics;
using Domain.Questions;
using Domain.Statistics;

namespace Domain.Distributions;

/// <summary>
/// The 200 equal bins of a question's range, right-closed, the first closed at both ends, and one beyond each open end. Edges are computed in the decimals
/// in which the ends were written, on a date question in microseconds. An outcome that is written as the number of an edge then lies on the edge; binary
/// fractions would often miss it.
/// </summary>
public sealed class OutcomeBins
{
    /// <summary>The number of bins within the range.</summary>
    public const int Count = 200;

    /// <summary>The probability that the baseline's reference gives to what lies beyond an open end.</summary>
    public const double BeyondAnEnd = 0.05;

    private const double MicrosecondsADay = 86_400e6;

    private readonly QuestionRange _range;
    private readonly bool _days;
    private readonly BigInteger _min;
    private readonly BigInteger _max;
    private readonly int _exponent;

    private OutcomeBins(QuestionRange range, bool days)
    {
        (_range, _days) = (range, days);
        if (days)
        {
            (_min, _max) = (Microseconds(range.Min), Microseconds(range.Max));
            return;
        }

        var ((min, of), (max, to)) = (Parts(range.Min), Parts(range.Max));
        // Zero can have any exponent.
        _exponent =
            min.IsZero ? to
            : max.IsZero ? of
            : Math.Min(of, to);
        (_min, _max) = (Raised(min, of), Raised(max, to));
    }

    /// <param name="range">The question's range.</param>
    /// <param name="type">Its type: the numbers of a date question are days, each of which stands for an instant of whole microseconds.</param>
    public static OutcomeBins Of(QuestionRange range, QuestionType type) => new(range, type.CountsDays());

    /// <summary>The double nearest to an edge, 0 the range's lower end and 200 its upper one.</summary>
    public double Edge(int index)
    {
        if (index is 0)
            return _range.Min;
        if (index is Count)
            return _range.Max;
        // An edge has three decimal places more than the ends at most: 1/200 is 5/1000.
        return _days
            ? (double)Numerator(index) / (Count * MicrosecondsADay)
            : double.Parse(
                string.Create(CultureInfo.InvariantCulture, $"{5 * Numerator(index)}E{_exponent - 3}"),
                NumberStyles.Float,
                CultureInfo.InvariantCulture
            );
    }

    /// <summary>The bin of an outcome, which lies within the range or beyond an open end.</summary>
    public OutcomeBin BinOf(double outcome)
    {
        if (Compare(outcome, 0) < 0)
            return new OutcomeBin(-1, double.NegativeInfinity, _range.Min);
        if (Compare(outcome, Count) > 0)
            return new OutcomeBin(Count, _range.Max, double.PositiveInfinity);
        var (bin, last) = (0, Count - 1);
        while (bin < last)
        {
            var middle = (bin + last) / 2;
            if (Compare(outcome, middle + 1) <= 0)
                last = middle;
            else
                bin = middle + 1;
        }

        return new OutcomeBin(bin, Edge(bin), Edge(bin + 1));
    }

    /// <summary>
    /// The probability that the baseline's reference gives to a bin: 0.05 beyond an open end, the rest spread evenly over the range.
    /// </summary>
    public double ReferenceProbability(OutcomeBin bin)
    {
        if (bin.Index is < 0 or >= Count)
            return BeyondAnEnd;
        var openEnds = (_range.OpenLower ? 1 : 0) + (_range.OpenUpper ? 1 : 0);
        return (1 - (BeyondAnEnd * openEnds)) / Count;
    }

    private int Compare(double outcome, int edge) => _days ? (Microseconds(outcome) * Count).CompareTo(Numerator(edge)) : Decimals.Compare(outcome, Edge(edge));

    private BigInteger Numerator(int edge) => (_min * (Count - edge)) + (_max * edge);

    private BigInteger Raised(BigInteger mantissa, int exponent) => mantissa.IsZero ? mantissa : mantissa * BigInteger.Pow(10, exponent - _exponent);

    /// <summary>An instant in days as the whole microseconds that it was made from.</summary>
    private static BigInteger Microseconds(double days)
    {
        // Split first, because a double cannot hold the microseconds of some decades.
        var whole = Math.Floor(days);
        return (new BigInteger(whole) * (long)MicrosecondsADay) + (long)Math.Round((days - whole) * MicrosecondsADay);
    }

    /// <summary>The integer and the power of ten whose product is the number's decimal of 15 significant digits.</summary>
    private static (BigInteger Mantissa, int Exponent) Parts(double number)
    {
        var text = number.ToString("E14", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = BigInteger.Parse(text[..e].Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return (mantissa, int.Parse(text[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) - 14);
    }
}

/// <summary>One bin of a range: ⟨Lower, Upper], the first one [Lower, Upper].</summary>
/// <param name="Index">From 0; −1 below an open lower end, 200 above an open upper one.</param>
/// <param name="Lower">Its lower edge.</param>
/// <param name="Upper">Its upper edge.</param>
public readonly record struct OutcomeBin(int Index, double Lower, double Upper);
