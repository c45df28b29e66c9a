using System.Globalization;

namespace Domain.Statistics;

/// <summary>
/// Numbers as the decimals that somebody wrote. A double keeps any 15 significant decimal digits (IEEE 754, <c>DBL_DIG</c>). A difference beyond them
/// comes from arithmetic on binary fractions, not from a writer. So 0.75 and 0.7500000000000001 are the same number, and 0.1 + 0.2 is 0.3.
/// </summary>
public static class Decimals
{
    /// <summary>The significant digits that count.</summary>
    public const int Digits = 15;

    // Two doubles with the same decimal of 15 digits differ by less than one unit of its last digit, which is at most 1e-14 of either.
    private const double Apart = 1.1e-14;

    // A System.Decimal of 15 significant digits is an integer below 2⁵³ over a power of ten. Up to 10²² both are exact doubles, so their quotient is the
    // nearest double.
    private const double Least = 1e-7,
        Most = 1e15;

    /// <summary>The double nearest to the number's decimal of 15 significant digits; infinities and NaN as they are.</summary>
    public static double Rounded(double number) =>
        Math.Abs(number) is >= Least and < Most ? (double)(decimal)number
        : number is 0 || !double.IsFinite(number) ? number
        : double.Parse(number.ToString("E14", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Whether two numbers are the same decimal of 15 significant digits; NaN equals nothing.</summary>
    public static bool AreEqual(double a, double b)
    {
        if (a == b)
            return true;
        var difference = Math.Abs(a - b);
        return difference <= Apart * Math.Max(Math.Abs(a), Math.Abs(b)) && double.IsFinite(difference) && Rounded(a) == Rounded(b);
    }

    /// <summary>Negative where <paramref name="a"/> is less, 0 where both are the same decimal, else positive.</summary>
    public static int Compare(double a, double b) => AreEqual(a, b) ? 0 : a.CompareTo(b);

    /// <summary>Half of the sum, reckoned in decimals: between 0.1 and 0.2 it is 0.15.</summary>
    public static double Midpoint(double a, double b) => Rounded((Rounded(a) + Rounded(b)) / 2);
}
