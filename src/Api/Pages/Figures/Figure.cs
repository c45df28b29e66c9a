using System.Globalization;

namespace Api.Pages.Figures;

/// <summary>Numbers as pages write them: a true minus, a thin space before %, as many digits as mean something.</summary>
public static class Figure
{
    private const string ThinSpace = "\u202f";

    /// <summary>Where there is no number.</summary>
    public const string None = "–";

    /// <summary>A probability or a share in percent: whole, but for what lies between whole percents or near an end.</summary>
    public static string Percent(double? share) =>
        share is not { } s ? None
        : s is > 0 and < 0.0005 ? $"<{ThinSpace}0.1{ThinSpace}%"
        : s is < 1 and > 0.9995 ? $">{ThinSpace}99.9{ThinSpace}%"
        : Signed((100 * s).ToString("0.#", CultureInfo.InvariantCulture)) + $"{ThinSpace}%";

    /// <summary>A share in whole percent, for what is only to be seen roughly.</summary>
    public static string WholePercent(double share) => Signed((100 * share).ToString("0", CultureInfo.InvariantCulture)) + $"{ThinSpace}%";

    /// <summary>A score to three digits.</summary>
    public static string Score(double? score) => score is { } s ? Signed(s.ToString("0.000", CultureInfo.InvariantCulture)) : None;

    /// <summary>A score of points, such as the peer score, to one digit.</summary>
    public static string Points(double? points) => points is { } p ? Signed(p.ToString("0.0", CultureInfo.InvariantCulture)) : None;

    /// <summary>A score of a rule: points for those that are measured in them, else three digits.</summary>
    public static string Of(string key, double? score) => key is "peer" or "baseline" or "spotPeer" or "spotBaseline" ? Points(score) : Score(score);

    /// <summary>A count.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number of a question's range, in the digits that it has.</summary>
    public static string Plain(double value) => Signed(value.ToString("#,0.######", CultureInfo.InvariantCulture));

    /// <summary>A number for a machine: what a page says exactly.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Signed(string number) => number is "-0" or "-0.0" or "-0.000" ? number[1..] : number.Replace('-', '−');
}
