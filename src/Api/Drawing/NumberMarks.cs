using System.Globalization;

namespace Api.Drawing;

/// <summary>Round numbers to mark on an axis: 1, 2 or 5 times a power of ten apart.</summary>
internal static class NumberMarks
{
    private static readonly double[] Steps = [1, 2, 5, 10];

    public static IReadOnlyList<AxisMark> Between(double from, double to, int most)
    {
        var length = to - from;
        if (!(length > 0) || !double.IsFinite(length))
            return [];
        var power = Math.Pow(10, Math.Floor(Math.Log10(length / most)));
        var step = Steps.Select(s => s * power).First(s => length / s <= most);
        var marks = new List<AxisMark>();
        for (var i = Math.Ceiling(from / step); i * step <= to && marks.Count < 2 * most; i++)
            marks.Add(new AxisMark(i * step, Label(i * step, step, Math.Max(Math.Abs(from), Math.Abs(to)))));
        return marks;
    }

    private static string Label(double value, double step, double largest)
    {
        if (largest is >= 1e9 or < 1e-3)
            return value == 0 ? "0" : value.ToString("0.###e0", CultureInfo.InvariantCulture).Replace('-', '−');
        var digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        // Half a step below 0 rounds to a negative zero.
        return (Math.Round(value, digits) + 0.0).ToString($"N{digits}", CultureInfo.InvariantCulture).Replace('-', '−');
    }
}
