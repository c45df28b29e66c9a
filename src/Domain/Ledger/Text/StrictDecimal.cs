using System.Globalization;

namespace Domain.Ledger.Text;

/// <summary>Sizes and indexes as the formats of logs write them: ASCII digits without leading zeros, <c>0</c> for none, at most 2^63 - 1.</summary>
internal static class StrictDecimal
{
    /// <summary>The number; null where the text is not its one spelling.</summary>
    public static long? Parse(ReadOnlySpan<char> text) =>
        text.Length > 0
        && !text.ContainsAnyExceptInRange('0', '9')
        && (text[0] != '0' || text.Length == 1)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The number in its one spelling.</summary>
    public static string Format(long number) => number.ToString(CultureInfo.InvariantCulture);
}
