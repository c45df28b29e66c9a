using System.Globalization;
using System.Text;

namespace Domain.Ledger.Leaves;

/// <summary>
/// Numbers as RFC 8785, section 3.2.2.3, writes them: by <c>Number::toString</c> of ECMAScript. Its digits, the fewest that give the same double back, are
/// those of .NET's <c>R</c>; only where the point stands and when there is an exponent differ.
/// </summary>
internal static class EcmaScriptNumber
{
    /// <summary>The number's text.</summary>
    /// <param name="value">A finite number.</param>
    public static string Format(double value)
    {
        // Also -0, which has no sign in ECMAScript.
        if (value == 0)
            return "0";
        var (digits, point) = Shortest(Math.Abs(value));
        var text = new StringBuilder(value < 0 ? "-" : "");
        if (point is > 0 and <= 21)
        {
            if (digits.Length <= point)
                text.Append(digits).Append('0', point - digits.Length);
            else
                text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point);
        }
        else if (point is > -6 and <= 0)
        {
            text.Append("0.").Append('0', -point).Append(digits);
        }
        else
        {
            text.Append(digits[0]);
            if (digits.Length > 1)
                text.Append('.').Append(digits, 1, digits.Length - 1);
            text.Append(CultureInfo.InvariantCulture, $"e{point - 1:+0;-0}");
        }

        return text.ToString();
    }

    /// <summary>The shortest digits, without zeros at either end, and how many of them stand before the point.</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var (mantissa, exponent) = text.IndexOf('E', StringComparison.Ordinal) is >= 0 and var e
            ? (text[..e], int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            : (text, 0);
        var whole = mantissa.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? dot : mantissa.Length;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits[leading..].TrimEnd('0'), whole - leading + exponent);
    }
}
